/*
 * What the bytes of one read mean. All viewers are sent the same bytes, so the last few distinct reads are remembered
 * with their meaning: a comparison of memory then stands in for reading, and one core can follow millions of deliveries
 * a second. A read may end anywhere; what is left over is read again in front of what comes next.
 */
#ifndef READING_H
#define READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One comment that arrived. */
struct delivery {
  uint32_t place;
  uint64_t began_ns;
};

struct bytes {
  char *at;
  size_t length;
};

struct reading {
  struct delivery *deliveries;
  unsigned count;
  unsigned room;
  /* Not yet whole. */
  struct bytes rest;
  /* Engine.IO: the server has opened the transport, has let us into the namespace, wants to know whether we live. */
  bool opened;
  bool joined;
  bool pinged;
  /* The bytes can't be what they should be. */
  bool broken;
};

/* Reads units as far as they are whole; returns how many bytes that were. */
typedef size_t read_units(const char *bytes, size_t length, struct reading *reading);

/* Notes every comment between the two. */
void note_comments(struct reading *reading, const char *bytes, const char *end);

/* The meaning of these bytes behind that rest. Good until the next call. */
const struct reading *reading_of(read_units *units, struct bytes rest, struct bytes bytes);

#endif
