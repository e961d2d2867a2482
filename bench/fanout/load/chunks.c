#include "chunks.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "gzip.h"

/* The first byte of a gzip header. A block that is not the last one begins with an even number (RFC 1951, 3.2.3). */
#define GZIP_MAGIC 0x1f

static struct bytes body;
static size_t room;

static void append(const char *bytes, size_t length) {
  if (body.length + length > room) {
    room = (body.length + length) * 2;
    body.at = realloc(body.at, room);
    if (body.at == NULL) die("no memory");
  }
  memcpy(body.at + body.length, bytes, length);
  body.length += length;
}

/* How long the chunk is, its frame included; 0 when it has not come as a whole. */
static size_t take_chunk(const char *bytes, size_t length) {
  const char *line_end = memchr(bytes, '\n', length);
  if (line_end == NULL) return 0;
  size_t head = (size_t)(line_end - bytes) + 1;
  size_t size = strtoul(bytes, NULL, 16);
  if (length < head + size + 2) return 0;
  const char *data = bytes + head;
  if (size >= GZIP_HEADER_BYTES && *data == GZIP_MAGIC) append(data + GZIP_HEADER_BYTES, size - GZIP_HEADER_BYTES);
  else append(data, size);
  return head + size + 2;
}

size_t read_gzip_chunks(const char *bytes, size_t length, struct reading *reading) {
  body.length = 0;
  size_t taken = 0;
  for (size_t chunk; (chunk = take_chunk(bytes + taken, length - taken)) > 0;) taken += chunk;
  if (body.length == 0) return taken;
  size_t whole = read_gzip_blocks(body.at, body.length, reading);
  if (whole == body.length) return taken;
  reading->count = 0;
  return 0;
}
