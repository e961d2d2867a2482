/* Monotonic time in nanoseconds. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

#define SECOND_NS 1000000000ull
#define MILLISECOND_NS 1000000ull

static inline uint64_t now_ns(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (uint64_t)at.tv_sec * SECOND_NS + (uint64_t)at.tv_nsec;
}

static inline uint64_t earlier(uint64_t one, uint64_t other) { return one < other ? one : other; }

#endif
