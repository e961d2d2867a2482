#include "post_connection.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "connect.h"
#include "http.h"

static void hang_up(struct post_connection *connection) {
  close(connection->fd);
  connection->fd = -1;
  connection->reply_length = 0;
}

static void finish(struct post_connection *connection, int status) {
  if (!connection->busy) return;
  connection->busy = false;
  connection->reply_length = 0;
  connection->on_answer(connection, status);
}

static void on_readable(struct readable *readable) {
  struct post_connection *connection = (struct post_connection *)readable;
  if (connection->fd < 0) return;
  char *at = connection->reply + connection->reply_length;
  ssize_t length = recv(connection->fd, at, REPLY_BYTES_MAX - connection->reply_length, 0);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length <= 0) {
    hang_up(connection);
    finish(connection, 0);
    return;
  }
  connection->reply_length += (unsigned)length;
  struct head head;
  if (!read_head(connection->reply, connection->reply_length, &head)) return;
  if (connection->reply_length >= head.length + head.content_length) finish(connection, head.status);
}

static void open_again(struct post_connection *connection) {
  connection->readable.on_readable = on_readable;
  connection->fd = connect_to(connection->port, 0, 0);
  loop_watch(connection->fd, &connection->readable);
}

void post_on(struct post_connection *connection, const char *body, size_t length) {
  if (connection->fd < 0) open_again(connection);
  connection->busy = true;
  struct iovec parts[] = {{connection->head, strlen(connection->head)}, {(char *)body, length}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  if (sendmsg(connection->fd, &message, MSG_NOSIGNAL) == (ssize_t)(parts[0].iov_len + length)) return;
  hang_up(connection);
  finish(connection, 0);
}
