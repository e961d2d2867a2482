#include "connect.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "die.h"

static struct sockaddr_in loopback(unsigned source, uint16_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + source);
  return address;
}

static void set(int fd, int level, int option, int value) {
  setsockopt(fd, level, option, &value, sizeof value);
}

int connect_to(uint16_t port, unsigned source, int receive_buffer) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) die("no socket: %s", strerror(errno));
  set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  if (receive_buffer > 0) set(fd, SOL_SOCKET, SO_RCVBUF, receive_buffer);
  if (source > 0) {
    /* The port is chosen when the other end is known: the same one serves many connections. */
    set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    struct sockaddr_in from = loopback(source, 0);
    if (bind(fd, (struct sockaddr *)&from, sizeof from) != 0) die("no source address: %s", strerror(errno));
  }
  struct sockaddr_in to = loopback(0, port);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) die("port %d: %s", port, strerror(errno));
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

int send_whole(int fd, const char *bytes, size_t length) {
  return send(fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length ? 0 : -1;
}

void allow_open_files(unsigned wanted) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) die("no limit of open files: %s", strerror(errno));
  if (limit.rlim_max < wanted)
    die("%u connections need more open files than the %lu allowed here: see ulimit -Hn", wanted,
        (unsigned long)limit.rlim_max);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}
