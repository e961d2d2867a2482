/* TCP connections to the server on loopback. */
#ifndef CONNECT_H
#define CONNECT_H

#include <stddef.h>
#include <stdint.h>

/* Viewers of one source address: fewer than it has ports. */
#define CONNECTIONS_PER_SOURCE 25000

/*
 * A connection from 127.0.0.1 + source; it does not block. On loopback the kernel connects at once, whatever the server
 * is doing, as long as its backlog has room. receive_buffer is in bytes; 0 leaves it to the system.
 */
int connect_to(uint16_t port, unsigned source, int receive_buffer);

/* Sends a request that is sure to fit into an empty socket. 0, or -1 when the connection is gone. */
int send_whole(int fd, const char *bytes, size_t length);

/* Raises the limit of open files as far as the system lets it; ends the program when that is too low. */
void allow_open_files(unsigned wanted);

#endif
