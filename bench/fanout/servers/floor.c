/*
 * The floor for one write per delivery: an epoll, an array of viewers, and send() to each of them. GET makes a viewer, POST
 * carries one event. It knows one live video, reads a request only when it comes whole, and trusts everybody.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 256
#define REQUEST_BYTES_MAX 16384
#define VIEWERS_MAX 100000
#define BACKLOG 4096

static const char stream_head[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n: hello\n\n";
static const char created[] = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";

static int viewers[VIEWERS_MAX];
static int viewer_count;

static void check(int result, const char *what) {
  if (result >= 0) return;
  perror(what);
  exit(1);
}

static int listen_on(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  check(fd, "socket");
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  check(bind(fd, (struct sockaddr *)&address, sizeof address), "bind");
  check(listen(fd, BACKLOG), "listen");
  return fd;
}

static void watch(int epoll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  check(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

static void forget(int fd) {
  for (int at = 0; at < viewer_count; at++)
    if (viewers[at] == fd) viewers[at--] = viewers[--viewer_count];
  close(fd);
}

/* A viewer whose socket does not take a whole event has lost its place in the stream: it is sent away. */
static void fan_out(const char *body, size_t length) {
  char event[REQUEST_BYTES_MAX + 32];
  size_t size = (size_t)snprintf(event, sizeof event, "event: comment.created\ndata: %.*s\n\n", (int)length, body);
  for (int at = 0; at < viewer_count; at++)
    if (send(viewers[at], event, size, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)size) shutdown(viewers[at], SHUT_RDWR);
}

static void answer(int fd, const char *text, size_t length) {
  if (send(fd, text, length, MSG_NOSIGNAL) != (ssize_t)length) shutdown(fd, SHUT_RDWR);
}

static void take_viewer(int fd) {
  if (viewer_count < VIEWERS_MAX) viewers[viewer_count++] = fd;
  answer(fd, stream_head, sizeof stream_head - 1);
}

static void serve(int fd) {
  char request[REQUEST_BYTES_MAX + 1];
  ssize_t length = recv(fd, request, REQUEST_BYTES_MAX, 0);
  if (length <= 0) {
    forget(fd);
    return;
  }
  request[length] = '\0';
  char *body = strstr(request, "\r\n\r\n");
  if (body == NULL) return;
  if (request[0] == 'G') {
    take_viewer(fd);
  } else {
    fan_out(body + 4, (size_t)(request + length - body - 4));
    answer(fd, created, sizeof created - 1);
  }
}

static void take_connection(int epoll, int listener) {
  int fd = accept(listener, NULL, NULL), yes = 1;
  if (fd < 0) return;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  watch(epoll, fd);
}

static void allow_open_files(void) {
  struct rlimit limit;
  check(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int count, char **arguments) {
  allow_open_files();
  int listener = listen_on(count > 1 ? atoi(arguments[1]) : 0);
  int epoll = epoll_create1(0);
  check(epoll, "epoll_create1");
  watch(epoll, listener);
  for (;;) {
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(epoll, events, EVENTS, -1);
    for (int at = 0; at < ready; at++)
      if (events[at].data.fd == listener) take_connection(epoll, listener);
      else serve(events[at].data.fd);
  }
}
