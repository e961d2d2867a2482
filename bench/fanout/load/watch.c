#include "watch.h"

#include "begin.h"
#include "clock.h"
#include "json.h"
#include "loop.h"
#include "order.h"
#include "poster.h"
#include "usage.h"
#include "viewer.h"

/* How long answers and comments may come after the last post. */
#define DRAIN_NS_MAX (6 * SECOND_NS)
/* When nothing came for so long, nothing will. */
#define QUIET_NS_MAX (2 * SECOND_NS)

struct run {
  struct poster *posts;
  struct poster *other_posts;
  uint64_t began_ns;
  uint64_t posted_ns;
  double cpu_seconds;
};

static void say_ready(void) {
  json_begin("ready");
  json_number("ready", viewers.ready);
  json_number("compressed", viewers.compressed);
  json_number("failed", viewers.failed);
  json_end();
}

static void turn(struct run *run, uint64_t until_ns) {
  uint64_t due_ns = earlier(post_what_is_due(run->posts), post_what_is_due(run->other_posts));
  loop_turn(earlier(due_ns, until_ns));
}

static void post(struct run *run, const struct plan *plan) {
  run->began_ns = now_ns();
  run->cpu_seconds = own_cpu_seconds();
  uint64_t end_ns = run->began_ns + (uint64_t)(plan->seconds * SECOND_NS);
  run->posts = start_poster(plan, &plan->posts, 0, end_ns);
  run->other_posts = start_poster(plan, &plan->other_posts, COMMENTS_MAX / 2, end_ns);
  do turn(run, end_ns);
  while (now_ns() < end_ns);
  run->posted_ns = now_ns();
}

/* When the last comment came, or had been posted. */
static uint64_t end_of(const struct run *run) {
  return viewers.last_delivery_ns > run->posted_ns ? viewers.last_delivery_ns : run->posted_ns;
}

/* Never, once a viewer has failed: its deliveries would stand in for those of others. */
static bool all_came(const struct run *run) {
  uint64_t readers = viewers.ready + viewers.failed;
  return viewers.deliveries >= count_posts(run->posts, false)->accepted * readers;
}

static void drain(struct run *run) {
  uint64_t give_up_ns = run->posted_ns + DRAIN_NS_MAX;
  for (uint64_t now = now_ns(); now < give_up_ns; now = now_ns()) {
    bool posting = is_posting(run->posts) || is_posting(run->other_posts);
    if (!posting && (all_came(run) || now > end_of(run) + QUIET_NS_MAX)) return;
    turn(run, now + 5 * MILLISECOND_NS);
  }
}

static void say_viewers(uint32_t comments) {
  json_number("ready", viewers.ready);
  json_number("compressed", viewers.compressed);
  json_number("failed", viewers.failed);
  json_number("deliveries", (double)viewers.deliveries);
  json_number("lost", (double)count_lost(comments));
  json_number("repeated", (double)viewers.repeated);
  json_number("outOfOrder", (double)viewers.out_of_order);
  json_number("reads", (double)viewers.reads);
  json_number("bytes", (double)viewers.bytes);
  json_times("latencyMs", &viewers.latency);
}

static void say_posts(const struct post_counts *posts, const struct post_counts *others) {
  json_number("posted", posts->begun);
  json_number("accepted", posts->accepted);
  json_number("refused", posts->refused);
  json_number("misordered", posts->misordered);
  json_times("replyMs", &posts->replies);
  json_number("otherPosted", others->begun);
  json_number("otherAccepted", others->accepted);
  json_number("otherRefused", others->refused);
  json_times("otherReplyMs", &others->replies);
}

static void say_done(struct run *run) {
  const struct post_counts *posts = count_posts(run->posts, true);
  uint32_t comments = posts->accepted > places_taken() ? posts->accepted : places_taken();
  json_begin("done");
  /* The second one holds the quiet time at the end, too. */
  json_number("seconds", (double)(end_of(run) - run->began_ns) / SECOND_NS);
  json_number("wholeSeconds", (double)(now_ns() - run->began_ns) / SECOND_NS);
  json_number("loadCpuSeconds", own_cpu_seconds() - run->cpu_seconds);
  say_viewers(comments);
  say_posts(posts, count_posts(run->other_posts, false));
  json_end();
}

void watch(const struct plan *plan) {
  struct run run = {0};
  open_viewers(plan);
  say_ready();
  await_begin();
  begin_counting();
  post(&run, plan);
  drain(&run);
  say_done(&run);
}
