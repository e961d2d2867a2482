/* The comments that are posted: chat as people write it, with a marker by which a viewer knows it again. */
#ifndef COMMENT_H
#define COMMENT_H

#include <stddef.h>
#include <stdint.h>

/* Of the text, in bytes: always the same. */
#define COMMENT_TEXT_BYTES 120

/* What a marker says: the running number of the comment, and when its post began. */
struct marker {
  uint32_t number;
  uint64_t began_ns;
};

/* Writes a text of COMMENT_TEXT_BYTES that begins with the marker; no end of string. */
void write_comment(char *text, struct marker marker);

/* The first marker from here on; the place behind it, or NULL when there is none. */
const char *find_marker(const char *bytes, const char *end, struct marker *marker);

#endif
