#include "poster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "comment.h"
#include "die.h"
#include "order.h"
#include "post_connection.h"

#define NEVER UINT64_MAX

struct poster {
  /* 0: no pace. */
  uint64_t interval_ns;
  uint64_t due_ns;
  /* Nothing is begun from then on; what was due before is, however late. */
  uint64_t end_ns;
  bool full;
  uint32_t first_number;
  /* Begun, and on a connection by now: the numbers between the two wait for one. */
  uint32_t sent;
  /* By number, from the first. */
  uint64_t *began_ns;
  uint64_t *answered_ns;
  /* The last one to come free is taken first: a server closes those that are idle for long. */
  struct post_connection *connections;
  struct post_connection **free;
  unsigned free_count;
  /* A body, and where the text goes. */
  char *body;
  size_t body_length;
  char *text;
  struct post_counts counts;
};

static void *zeroed(size_t count, size_t size) {
  void *room = calloc(count, size);
  if (room == NULL) die("no memory");
  return room;
}

static char *head_of(const struct plan *plan, const char *path, const char *header, size_t body_length) {
  char *head = NULL;
  const char *end = *header == '\0' ? "" : "\r\n";
  int length = asprintf(&head,
                        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n%s%s"
                        "Content-Length: %zu\r\n\r\n",
                        path, plan->port, header, end, body_length);
  if (length < 0) die("no memory");
  return head;
}

static void post_next(struct poster *poster) {
  uint32_t index = poster->sent++;
  struct post_connection *connection = poster->free[--poster->free_count];
  connection->number = index;
  write_comment(poster->text, (struct marker){poster->first_number + index, poster->began_ns[index]});
  post_on(connection, poster->body, poster->body_length);
}

static void begin_one(struct poster *poster) {
  poster->began_ns[poster->counts.begun++] = now_ns();
  poster->full = poster->counts.begun == COMMENTS_MAX / 2;
}

static void on_answer(struct post_connection *connection, int status) {
  struct poster *poster = connection->owner;
  struct post_counts *counts = &poster->counts;
  uint64_t now = now_ns();
  poster->answered_ns[connection->number] = now;
  poster->free[poster->free_count++] = connection;
  if (status >= 200 && status < 300) counts->accepted++;
  else counts->refused++;
  histogram_add(&counts->replies, now - poster->began_ns[connection->number]);
}

static void set_up_connection(struct poster *poster, const struct plan *plan, const char *path, unsigned at) {
  struct post_connection *connection = &poster->connections[at];
  unsigned headers = plan->post_header_count;
  const char *header = headers == 0 ? "" : plan->post_headers[at % headers];
  connection->fd = -1;
  connection->port = plan->port;
  connection->head = head_of(plan, path, header, poster->body_length);
  connection->on_answer = on_answer;
  connection->owner = poster;
  poster->free[poster->free_count++] = connection;
}

static void set_up_body(struct poster *poster, const struct plan *plan) {
  size_t before = strlen(plan->body_before);
  poster->body_length = before + COMMENT_TEXT_BYTES + strlen(plan->body_behind);
  poster->body = zeroed(poster->body_length + 1, 1);
  memcpy(poster->body, plan->body_before, before);
  poster->text = poster->body + before;
  strcpy(poster->text + COMMENT_TEXT_BYTES, plan->body_behind);
}

struct poster *start_poster(const struct plan *plan, const struct posts_plan *posts, uint32_t first_number,
                            uint64_t end_ns) {
  if (posts->path == NULL) return NULL;
  struct poster *poster = zeroed(1, sizeof *poster);
  poster->first_number = first_number;
  poster->interval_ns = posts->per_second == 0 ? 0 : (uint64_t)(SECOND_NS / posts->per_second);
  poster->due_ns = now_ns();
  poster->end_ns = end_ns;
  poster->began_ns = zeroed(COMMENTS_MAX / 2, sizeof *poster->began_ns);
  poster->answered_ns = zeroed(COMMENTS_MAX / 2, sizeof *poster->answered_ns);
  poster->connections = zeroed(posts->connections, sizeof *poster->connections);
  poster->free = zeroed(posts->connections, sizeof *poster->free);
  set_up_body(poster, plan);
  for (unsigned at = 0; at < posts->connections; at++) set_up_connection(poster, plan, posts->path, at);
  return poster;
}

/* Without a pace a connection that is free is what is due. */
static void begin_at_once(struct poster *poster) {
  if (now_ns() >= poster->end_ns) return;
  for (unsigned free = poster->free_count; free > 0 && !poster->full; free--) begin_one(poster);
}

static void begin_at_pace(struct poster *poster) {
  uint64_t until_ns = earlier(now_ns() + 1, poster->end_ns);
  for (; poster->due_ns < until_ns && !poster->full; poster->due_ns += poster->interval_ns) begin_one(poster);
}

uint64_t post_what_is_due(struct poster *poster) {
  if (poster == NULL) return NEVER;
  bool paced = poster->interval_ns > 0;
  if (paced) begin_at_pace(poster);
  else begin_at_once(poster);
  for (unsigned free = poster->free_count; free > 0 && poster->sent < poster->counts.begun; free--)
    post_next(poster);
  return paced && poster->due_ns < poster->end_ns ? poster->due_ns : NEVER;
}

bool is_posting(const struct poster *poster) {
  if (poster == NULL) return false;
  bool due = poster->interval_ns > 0 && poster->due_ns < poster->end_ns && !poster->full;
  return due || poster->counts.accepted + poster->counts.refused < poster->counts.begun;
}

/* Whoever was answered before the latest of those begun that viewers saw earlier, was overtaken. */
static uint32_t count_misordered(const struct poster *poster) {
  uint32_t misordered = 0;
  uint64_t latest_begun = 0;
  for (uint32_t place = 1; place <= places_taken(); place++) {
    uint32_t index = number_at(place) - poster->first_number;
    if (index >= poster->counts.begun) continue;
    uint64_t answered = poster->answered_ns[index];
    if (answered != 0 && answered < latest_begun) misordered++;
    if (poster->began_ns[index] > latest_begun) latest_begun = poster->began_ns[index];
  }
  return misordered;
}

const struct post_counts *count_posts(struct poster *poster, bool watched) {
  static const struct post_counts none;
  if (poster == NULL) return &none;
  if (watched) poster->counts.misordered = count_misordered(poster);
  return &poster->counts;
}
