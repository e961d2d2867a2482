/* The event loop: one epoll for everything. */
#ifndef LOOP_H
#define LOOP_H

#include <stdint.h>

/* Put this first into whatever waits for its file descriptor to be readable. */
struct readable {
  void (*on_readable)(struct readable *self);
};

void loop_start(void);
void loop_watch(int fd, struct readable *readable);

/* Serves what is readable, or waits for it until then (of now_ns) at most. */
void loop_turn(uint64_t until_ns);

#endif
