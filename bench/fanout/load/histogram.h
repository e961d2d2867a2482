/* Durations in nanoseconds, kept to within 1.6 percent: 64 buckets for every doubling. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_STEP_BITS 6
#define HISTOGRAM_STEPS (1 << HISTOGRAM_STEP_BITS)
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_STEP_BITS + 1) * HISTOGRAM_STEPS)

struct histogram {
  uint64_t counts[HISTOGRAM_BUCKETS];
  uint64_t total;
  uint64_t max;
};

/* In the header, because it runs once for every delivery. */
static inline void histogram_add(struct histogram *histogram, uint64_t value) {
  unsigned shift = value < HISTOGRAM_STEPS ? 0 : 63 - HISTOGRAM_STEP_BITS - (unsigned)__builtin_clzll(value);
  histogram->counts[shift * HISTOGRAM_STEPS + (value >> shift)]++;
  histogram->total++;
  if (value > histogram->max) histogram->max = value;
}

/* The value that this part of all values does not exceed; 0 when there are none. */
uint64_t histogram_quantile(const struct histogram *histogram, double part);

#endif
