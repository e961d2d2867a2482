/* The viewers: each checks that it is sent every comment once and in the common order. */
#ifndef VIEWER_H
#define VIEWER_H

#include <stdint.h>

#include "histogram.h"
#include "plan.h"

/* Of all viewers together, the slow ones left out. */
struct viewer_counts {
  /* Connected, and sent their first bytes. */
  unsigned ready;
  unsigned compressed;
  /* Refused, cut off, or sent what can't be read. */
  unsigned failed;
  uint64_t deliveries;
  uint64_t repeated;
  uint64_t out_of_order;
  /* Since the first comment: reads that brought one, and the bytes of all. */
  uint64_t reads;
  uint64_t bytes;
  uint64_t last_delivery_ns;
  /* From the begin of a post to the read at a viewer. */
  struct histogram latency;
};

extern struct viewer_counts viewers;

/* Opens all viewers of the plan, a few at a time, and waits until they have their first bytes. */
void open_viewers(const struct plan *plan);

/* Forgets what was read before the first comment: heads, positions. */
void begin_counting(void);

/* Comments that did not come to viewers who should have got all of them, each viewer counted. */
uint64_t count_lost(uint32_t comments);

#endif
