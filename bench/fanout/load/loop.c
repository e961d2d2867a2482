#include "loop.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "clock.h"
#include "die.h"

/* Few enough that a post that is due never waits for more than a millisecond or two of reading. */
#define EVENTS_PER_TURN 128

static int epoll_fd = -1;

void loop_start(void) {
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) die("no epoll: %s", strerror(errno));
}

void loop_watch(int fd, struct readable *readable) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = readable};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) die("cannot watch a socket: %s", strerror(errno));
}

void loop_turn(uint64_t until_ns) {
  uint64_t now = now_ns();
  uint64_t wait_ns = until_ns > now ? until_ns - now : 0;
  struct timespec wait = {(time_t)(wait_ns / SECOND_NS), (long)(wait_ns % SECOND_NS)};
  struct epoll_event events[EVENTS_PER_TURN];
  int count = epoll_pwait2(epoll_fd, events, EVENTS_PER_TURN, &wait, NULL);
  if (count < 0 && errno != EINTR) die("waiting failed: %s", strerror(errno));
  for (int at = 0; at < count; at++) {
    struct readable *readable = events[at].data.ptr;
    readable->on_readable(readable);
  }
}
