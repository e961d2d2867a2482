#include "reading.h"

#include <stdlib.h>
#include <string.h>

#include "comment.h"
#include "die.h"
#include "order.h"

/* Viewers are served in slices, some are a frame behind, some read two at once: a few dozen distinct reads. */
#define REMEMBERED 64

struct memory {
  read_units *units;
  /* One after the other: the rest, and the bytes behind it. */
  struct bytes joined;
  size_t rest_length;
  struct reading reading;
};

static struct memory memories[REMEMBERED];
static unsigned newest;

void note_comments(struct reading *reading, const char *bytes, const char *end) {
  struct marker marker;
  while ((bytes = find_marker(bytes, end, &marker)) != NULL) {
    if (reading->count == reading->room) {
      reading->room = reading->room == 0 ? 32 : reading->room * 2;
      reading->deliveries = realloc(reading->deliveries, reading->room * sizeof *reading->deliveries);
      if (reading->deliveries == NULL) die("no memory");
    }
    uint32_t place = place_of(marker.number);
    reading->deliveries[reading->count++] = (struct delivery){place, marker.began_ns};
  }
}

static bool is_of(const struct memory *memory, read_units *units, struct bytes rest, struct bytes bytes) {
  return memory->units == units && memory->rest_length == rest.length &&
         memory->joined.length == rest.length + bytes.length &&
         memcmp(memory->joined.at, rest.at, rest.length) == 0 &&
         memcmp(memory->joined.at + rest.length, bytes.at, bytes.length) == 0;
}

static void join(struct memory *memory, struct bytes rest, struct bytes bytes) {
  memory->joined.length = rest.length + bytes.length;
  memory->joined.at = realloc(memory->joined.at, memory->joined.length);
  if (memory->joined.at == NULL) die("no memory");
  memcpy(memory->joined.at, rest.at, rest.length);
  memcpy(memory->joined.at + rest.length, bytes.at, bytes.length);
  memory->rest_length = rest.length;
}

static const struct reading *read_anew(struct memory *memory, read_units *units) {
  struct reading *reading = &memory->reading;
  *reading = (struct reading){.deliveries = reading->deliveries, .room = reading->room};
  memory->units = units;
  size_t whole = units(memory->joined.at, memory->joined.length, reading);
  reading->rest = (struct bytes){memory->joined.at + whole, memory->joined.length - whole};
  return reading;
}

const struct reading *reading_of(read_units *units, struct bytes rest, struct bytes bytes) {
  for (unsigned age = 0; age < REMEMBERED; age++) {
    struct memory *memory = &memories[(newest - age) % REMEMBERED];
    if (is_of(memory, units, rest, bytes)) return &memory->reading;
  }
  newest++;
  struct memory *memory = &memories[newest % REMEMBERED];
  join(memory, rest, bytes);
  return read_anew(memory, units);
}
