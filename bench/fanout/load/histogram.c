#include "histogram.h"

#include <math.h>

static uint64_t upper_end(unsigned bucket) {
  unsigned shift = bucket < HISTOGRAM_STEPS ? 0 : bucket / HISTOGRAM_STEPS - 1;
  uint64_t step = bucket - shift * HISTOGRAM_STEPS;
  return ((step + 1) << shift) - 1;
}

uint64_t histogram_quantile(const struct histogram *histogram, double part) {
  uint64_t wanted = (uint64_t)ceil(part * (double)histogram->total);
  uint64_t seen = 0;
  for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
    seen += histogram->counts[bucket];
    if (seen >= wanted && seen > 0) {
      uint64_t end = upper_end(bucket);
      return end < histogram->max ? end : histogram->max;
    }
  }
  return 0;
}
