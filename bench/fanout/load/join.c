#include "join.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "begin.h"
#include "clock.h"
#include "connect.h"
#include "die.h"
#include "histogram.h"
#include "http.h"
#include "json.h"
#include "loop.h"
#include "usage.h"

#define FIRST_BYTES_MAX 8192
/* Closed connections hold their ports for a while: addresses in turn, so that there is always a free one. */
#define SOURCES 200

struct joiner {
  struct readable readable;
  int fd;
  uint64_t began_ns;
  char bytes[FIRST_BYTES_MAX];
  size_t length;
};

static const struct plan *the_plan;
static bool stopped;
static unsigned joins_begun;
static unsigned long joined;
static unsigned long failed;
static struct histogram times;

/* The stars of the path are the number of the live video. */
static void ask(struct joiner *joiner) {
  char request[512];
  int length = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/event-stream\r\n\r\n",
                        the_plan->stream_path, the_plan->port);
  unsigned number = joins_begun % the_plan->live_videos;
  char *path_end = strchr(request + sizeof "GET", ' ');
  for (char *at = path_end; at > request; at--)
    if (*at == '*') {
      *at = (char)('0' + number % 10);
      number /= 10;
    }
  send_whole(joiner->fd, request, (size_t)length);
}

static void join(struct joiner *joiner) {
  joiner->length = 0;
  joiner->began_ns = now_ns();
  joiner->fd = connect_to(the_plan->port, 1 + joins_begun % SOURCES, 0);
  ask(joiner);
  joins_begun++;
  loop_watch(joiner->fd, &joiner->readable);
}

static void leave(struct joiner *joiner) {
  close(joiner->fd);
  joiner->fd = -1;
  if (!stopped) join(joiner);
}

/* Whether the first bytes behind the head have come. */
static bool has_joined(const struct joiner *joiner) {
  struct head head;
  return read_head(joiner->bytes, joiner->length, &head) && head.status == 200 && joiner->length > head.length;
}

static void on_readable(struct readable *readable) {
  struct joiner *joiner = (struct joiner *)readable;
  ssize_t length = recv(joiner->fd, joiner->bytes + joiner->length, FIRST_BYTES_MAX - joiner->length, 0);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length <= 0) {
    failed++;
    leave(joiner);
    return;
  }
  joiner->length += (size_t)length;
  if (!has_joined(joiner)) return;
  joined++;
  histogram_add(&times, now_ns() - joiner->began_ns);
  leave(joiner);
}

static void say_done(uint64_t began_ns, double cpu_seconds) {
  json_begin("done");
  json_number("seconds", (double)(now_ns() - began_ns) / SECOND_NS);
  json_number("loadCpuSeconds", own_cpu_seconds() - cpu_seconds);
  json_number("joins", (double)joined);
  json_number("failed", (double)failed);
  json_times("joinMs", &times);
  json_end();
}

void join_and_leave(const struct plan *plan) {
  the_plan = plan;
  struct joiner *joiners = calloc(plan->joining_at_once, sizeof *joiners);
  if (joiners == NULL) die("no memory");
  json_begin("ready");
  json_end();
  await_begin();
  double cpu_seconds = own_cpu_seconds();
  uint64_t began_ns = now_ns();
  uint64_t end_ns = began_ns + (uint64_t)(plan->seconds * SECOND_NS);
  for (unsigned at = 0; at < plan->joining_at_once; at++) {
    joiners[at].readable.on_readable = on_readable;
    join(&joiners[at]);
  }
  while (now_ns() < end_ns) loop_turn(end_ns);
  stopped = true;
  say_done(began_ns, cpu_seconds);
}
