/* Posts comments over a few connections that stay open: at an even rate, or each as soon as the last one is answered. */
#ifndef POSTER_H
#define POSTER_H

#include <stdint.h>

#include "histogram.h"
#include "plan.h"

struct poster;

struct post_counts {
  uint32_t begun;
  uint32_t accepted;
  uint32_t refused;
  /* Pairs of comments of which one was answered before the other began, and which viewers saw the other way round. */
  uint32_t misordered;
  /* From the begin of a post to its answer. */
  struct histogram replies;
};

/* NULL when the plan has none. Begins now, and ends at end_ns (of now_ns). Comments are numbered from first_number. */
struct poster *start_poster(const struct plan *plan, const struct posts_plan *posts, uint32_t first_number,
                            uint64_t end_ns);

/* Begins what is due; returns when something will be (of now_ns). */
uint64_t post_what_is_due(struct poster *poster);

/* Whether a comment is still to be begun or answered. */
bool is_posting(const struct poster *poster);

/* Looks at the common order, too, when these are the comments that are watched. */
const struct post_counts *count_posts(struct poster *poster, bool watched);

#endif
