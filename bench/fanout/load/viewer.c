#include "viewer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chunks.h"
#include "clock.h"
#include "connect.h"
#include "die.h"
#include "gzip.h"
#include "http.h"
#include "loop.h"
#include "reading.h"
#include "sse.h"
#include "websocket.h"

/* Fewer than any server's backlog. */
#define OPENING_AT_ONCE 200
#define OPENING_NS_MAX (30 * SECOND_NS)
#define READ_BYTES_MAX (256 * 1024)
/* The least that Linux gives. */
#define SLOW_RECEIVE_BYTES 2304

enum state { HEAD, BODY, READY, FAILED };

struct viewer {
  struct readable readable;
  int fd;
  enum state state;
  read_units *units;
  /* Of the gzip header, still to come. */
  unsigned skip;
  /* The place that it saw last, and how many before that it has not seen. */
  uint32_t seen;
  uint32_t missing;
  struct bytes rest;
};

struct viewer_counts viewers;

static struct viewer *all;
static unsigned opened;
static char read_buffer[READ_BYTES_MAX];

static void fail(struct viewer *viewer) {
  if (viewer->state == READY) viewers.ready--;
  viewer->state = FAILED;
  viewers.failed++;
  close(viewer->fd);
}

static void become_ready(struct viewer *viewer) {
  if (viewer->state == READY) return;
  viewer->state = READY;
  viewers.ready++;
}

static void keep_rest(struct viewer *viewer, struct bytes rest) {
  if (rest.length > viewer->rest.length) {
    viewer->rest.at = realloc(viewer->rest.at, rest.length);
    if (viewer->rest.at == NULL) die("no memory");
  }
  if (rest.length > 0) memmove(viewer->rest.at, rest.at, rest.length);
  viewer->rest.length = rest.length;
}

static void see(struct viewer *viewer, uint32_t place) {
  viewers.deliveries++;
  if (place > viewer->seen) {
    viewer->missing += place - viewer->seen - 1;
    viewer->seen = place;
  } else if (viewer->missing > 0) {
    viewer->missing--;
    viewers.out_of_order++;
  } else {
    viewers.repeated++;
  }
}

static void take_deliveries(struct viewer *viewer, const struct reading *reading) {
  if (reading->count == 0) return;
  uint64_t now = now_ns();
  viewers.reads++;
  viewers.last_delivery_ns = now;
  for (unsigned at = 0; at < reading->count; at++) {
    see(viewer, reading->deliveries[at].place);
    histogram_add(&viewers.latency, now - reading->deliveries[at].began_ns);
  }
}

static void answer(struct viewer *viewer, const struct reading *reading) {
  const char *packet = reading->opened ? "40" : reading->pinged ? "3" : NULL;
  if (packet != NULL && send_text(viewer->fd, packet) != 0) fail(viewer);
  else if (reading->joined) become_ready(viewer);
}

static void take_body(struct viewer *viewer, struct bytes bytes) {
  unsigned skip = bytes.length < viewer->skip ? (unsigned)bytes.length : viewer->skip;
  viewer->skip -= skip;
  bytes.at += skip;
  bytes.length -= skip;
  if (bytes.length == 0) return;
  const struct reading *reading = reading_of(viewer->units, viewer->rest, bytes);
  take_deliveries(viewer, reading);
  keep_rest(viewer, reading->rest);
  if (reading->broken) fail(viewer);
  else if (viewer->units == read_websocket) answer(viewer, reading);
  else become_ready(viewer);
}

static void take_head(struct viewer *viewer, struct bytes bytes) {
  struct head head;
  struct bytes joined = {malloc(viewer->rest.length + bytes.length), viewer->rest.length + bytes.length};
  if (joined.at == NULL) die("no memory");
  memcpy(joined.at, viewer->rest.at, viewer->rest.length);
  memcpy(joined.at + viewer->rest.length, bytes.at, bytes.length);
  if (!read_head(joined.at, joined.length, &head)) {
    keep_rest(viewer, joined);
  } else if ((head.status != 200 && head.status != 101) || head.content_length > 0) {
    /* No stream, or one that is over with its first bytes: come back later. */
    fail(viewer);
  } else {
    viewer->state = BODY;
    viewer->rest.length = 0;
    if (head.gzip) {
      viewers.compressed++;
      viewer->units = head.chunked ? read_gzip_chunks : read_gzip_blocks;
      viewer->skip = head.chunked ? 0 : GZIP_HEADER_BYTES;
    }
    take_body(viewer, (struct bytes){joined.at + head.length, joined.length - head.length});
  }
  free(joined.at);
}

static void on_readable(struct readable *readable) {
  struct viewer *viewer = (struct viewer *)readable;
  if (viewer->state == FAILED) return;
  ssize_t length = recv(viewer->fd, read_buffer, sizeof read_buffer, 0);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length <= 0) {
    fail(viewer);
    return;
  }
  viewers.bytes += (uint64_t)length;
  struct bytes bytes = {read_buffer, (size_t)length};
  if (viewer->state == HEAD) take_head(viewer, bytes);
  else take_body(viewer, bytes);
}

static void open_viewer(const struct plan *plan, const char *request, bool slow) {
  struct viewer *viewer = &all[opened];
  unsigned source = opened++ / CONNECTIONS_PER_SOURCE;
  viewer->readable.on_readable = on_readable;
  viewer->units = plan->websocket ? read_websocket : read_sse;
  viewer->fd = connect_to(plan->port, source, slow ? SLOW_RECEIVE_BYTES : 0);
  if (send_whole(viewer->fd, request, strlen(request)) != 0) fail(viewer);
  else if (!slow) loop_watch(viewer->fd, &viewer->readable);
}

static const char *request_of(const struct plan *plan) {
  static char request[1024];
  const char *more = plan->websocket ? "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                       "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                                     : "Accept: text/event-stream\r\n";
  const char *encoding = plan->gzip ? "Accept-Encoding: gzip\r\n" : "";
  snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%s\r\n", plan->stream_path,
           plan->port, more, encoding);
  return request;
}

void open_viewers(const struct plan *plan) {
  uint64_t give_up_at = now_ns() + OPENING_NS_MAX;
  const char *request = request_of(plan);
  unsigned reading = plan->viewers - plan->slow_viewers;
  all = calloc(plan->viewers + 1, sizeof *all);
  if (all == NULL) die("no memory");
  while (viewers.ready + viewers.failed < reading && now_ns() < give_up_at) {
    while (opened < reading && opened - viewers.ready - viewers.failed < OPENING_AT_ONCE)
      open_viewer(plan, request, false);
    loop_turn(now_ns() + 10 * MILLISECOND_NS);
  }
  for (; opened < plan->viewers; loop_turn(now_ns() + MILLISECOND_NS)) open_viewer(plan, request, true);
}

void begin_counting(void) { viewers.reads = viewers.bytes = 0; }

/* What came in place of a comment that is still missing was counted when it came. */
uint64_t count_lost(uint32_t comments) {
  uint64_t lost = 0;
  for (unsigned at = 0; at < opened; at++) {
    if (all[at].state == HEAD) continue;
    uint32_t behind = comments > all[at].seen ? comments - all[at].seen : 0;
    lost += behind + all[at].missing;
  }
  return lost;
}
