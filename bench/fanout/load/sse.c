#include "sse.h"

/* Behind the last blank line. Chunked encoding may stand between events; its lines end differently. */
static size_t end_of_events(const char *bytes, size_t length) {
  for (size_t at = length; at >= 2; at--)
    if (bytes[at - 1] == '\n' && bytes[at - 2] == '\n') return at;
  return 0;
}

size_t read_sse(const char *bytes, size_t length, struct reading *reading) {
  size_t whole = end_of_events(bytes, length);
  note_comments(reading, bytes, bytes + whole);
  return whole;
}
