/* What a run is to do: lines of "name value" on stdin, ended by a blank line. */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stdint.h>

#define POST_HEADERS_MAX 256

/* Comments on one live video. */
struct posts_plan {
  /* NULL: none. */
  char *path;
  unsigned connections;
  /* 0: each connection posts again as soon as it has its answer. */
  double per_second;
};

struct plan {
  uint16_t port;
  double seconds;
  /* They watch stream_path; those that are slow never read. */
  unsigned viewers;
  unsigned slow_viewers;
  char *stream_path;
  bool websocket;
  bool gzip;
  struct posts_plan posts;
  /* On a live video that nobody watches. */
  struct posts_plan other_posts;
  /* JSON before and behind the text of a comment. */
  char *body_before;
  char *body_behind;
  /* Each connection that posts has one of these, in turn. */
  char *post_headers[POST_HEADERS_MAX];
  unsigned post_header_count;
  /* Instead of watching: viewers who come, read their first bytes and go, over so many live videos. */
  unsigned joining_at_once;
  unsigned live_videos;
};

/* Ends the program when a line makes no sense. */
struct plan read_plan(void);

#endif
