#include "gzip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "die.h"

#define TEXT_BYTES_MAX (8u << 20)

/* What zlib says in data_type: the end of a block, and how many bits of the last byte are unused. */
#define AT_BLOCK_END 128
#define UNUSED_BITS 7

static z_stream stream;
static char *text;

static void start(void) {
  if (text == NULL) {
    text = malloc(TEXT_BYTES_MAX);
    if (text == NULL || inflateInit2(&stream, -MAX_WBITS) != Z_OK) die("no memory");
  }
  inflateReset(&stream);
}

/* Inflates block by block. Whether all bytes were taken and end with a block on a whole byte; -1 when they are no blocks. */
static int inflate_blocks(const char *bytes, size_t length) {
  start();
  stream.next_in = (Bytef *)bytes;
  stream.avail_in = (uInt)length;
  stream.next_out = (Bytef *)text;
  stream.avail_out = TEXT_BYTES_MAX;
  int status = Z_OK;
  while (stream.avail_in > 0 && status == Z_OK) status = inflate(&stream, Z_BLOCK);
  if (status != Z_OK && status != Z_BUF_ERROR) return -1;
  return (stream.data_type & AT_BLOCK_END) != 0 && (stream.data_type & UNUSED_BITS) == 0;
}

/* Behind the last mark of a flush: the empty stored block, 00 00 FF FF. */
static size_t end_of_flush(const char *bytes, size_t length) {
  for (size_t at = length; at >= 4; at--)
    if (memcmp(bytes + at - 4, "\0\0\377\377", 4) == 0) return at;
  return 0;
}

size_t read_gzip_blocks(const char *bytes, size_t length, struct reading *reading) {
  int ends = inflate_blocks(bytes, length);
  size_t whole = length;
  if (ends == 0) {
    whole = end_of_flush(bytes, length);
    if (whole > 0) ends = inflate_blocks(bytes, whole);
  }
  reading->broken = ends < 0;
  if (whole > 0) note_comments(reading, text, (char *)stream.next_out);
  return reading->broken ? length : whole;
}
