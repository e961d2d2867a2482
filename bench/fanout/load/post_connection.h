/* One connection that posts, one comment at a time. It is opened when it is needed, and again when the server closed it. */
#ifndef POST_CONNECTION_H
#define POST_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

#define REPLY_BYTES_MAX 16384

struct post_connection {
  struct readable readable;
  /* -1: closed. */
  int fd;
  uint16_t port;
  /* Everything before the body; its length is the same for every comment. */
  char *head;
  char reply[REPLY_BYTES_MAX];
  unsigned reply_length;
  bool busy;
  /* Status of the answer; 0 when the connection was closed instead. */
  void (*on_answer)(struct post_connection *connection, int status);
  /* What it posts, and for whom: the poster's own. */
  uint32_t number;
  void *owner;
};

/* Sends head and body. A connection that can't is answered for with 0. */
void post_on(struct post_connection *connection, const char *body, size_t length);

#endif
