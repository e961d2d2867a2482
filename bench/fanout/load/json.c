#include "json.h"

#include <stdio.h>

#include "clock.h"

static double milliseconds(uint64_t ns) { return (double)ns / MILLISECOND_NS; }

void json_begin(const char *state) { printf("{\"state\":\"%s\"", state); }

void json_number(const char *name, double value) { printf(",\"%s\":%.15g", name, value); }

void json_times(const char *name, const struct histogram *times) {
  if (times->total == 0) {
    printf(",\"%s\":null", name);
    return;
  }
  printf(",\"%s\":{\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}", name,
         milliseconds(histogram_quantile(times, 0.5)), milliseconds(histogram_quantile(times, 0.99)),
         milliseconds(times->max));
}

void json_end(void) {
  puts("}");
  fflush(stdout);
}
