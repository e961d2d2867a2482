#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

static unsigned whole(const char *value) { return (unsigned)strtoul(value, NULL, 10); }

static bool set_posts(struct posts_plan *posts, const char *name, char *value) {
  if (strcmp(name, "path") == 0) posts->path = value;
  else if (strcmp(name, "connections") == 0) posts->connections = whole(value);
  else if (strcmp(name, "per-second") == 0) posts->per_second = atof(value);
  else return false;
  return true;
}

static void add_post_header(struct plan *plan, char *value) {
  if (plan->post_header_count == POST_HEADERS_MAX) die("more than %d post headers", POST_HEADERS_MAX);
  plan->post_headers[plan->post_header_count++] = value;
}

static bool set_viewers(struct plan *plan, const char *name, char *value) {
  if (strcmp(name, "viewers") == 0) plan->viewers = whole(value);
  else if (strcmp(name, "slow-viewers") == 0) plan->slow_viewers = whole(value);
  else if (strcmp(name, "stream-path") == 0) plan->stream_path = value;
  else if (strcmp(name, "websocket") == 0) plan->websocket = true;
  else if (strcmp(name, "gzip") == 0) plan->gzip = true;
  else if (strcmp(name, "joining-at-once") == 0) plan->joining_at_once = whole(value);
  else if (strcmp(name, "live-videos") == 0) plan->live_videos = whole(value);
  else return false;
  return true;
}

static void set(struct plan *plan, const char *name, char *value) {
  if (strcmp(name, "port") == 0) plan->port = (uint16_t)whole(value);
  else if (strcmp(name, "seconds") == 0) plan->seconds = atof(value);
  else if (strcmp(name, "body-before") == 0) plan->body_before = value;
  else if (strcmp(name, "body-behind") == 0) plan->body_behind = value;
  else if (strcmp(name, "post-header") == 0) add_post_header(plan, value);
  else if (strncmp(name, "posts-", 6) == 0 && set_posts(&plan->posts, name + 6, value)) return;
  else if (strncmp(name, "other-", 6) == 0 && set_posts(&plan->other_posts, name + 6, value)) return;
  else if (!set_viewers(plan, name, value)) die("the plan has a line that nobody knows: %s", name);
}

struct plan read_plan(void) {
  struct plan plan = {.body_before = "", .body_behind = "", .live_videos = 1};
  char *line = NULL;
  size_t room = 0;
  ssize_t length;
  while ((length = getline(&line, &room, stdin)) > 1) {
    line[length - 1] = '\0';
    char *value = strchr(line, ' ');
    if (value != NULL) *value++ = '\0';
    set(&plan, line, strdup(value == NULL ? "" : value));
  }
  free(line);
  if (plan.port == 0) die("the plan names no port");
  return plan;
}
