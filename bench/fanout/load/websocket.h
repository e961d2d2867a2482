/* Socket.IO 4 on a WebSocket: RFC 6455 frames that hold packets of Engine.IO 4. */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include "reading.h"

/* Whole frames, unmasked as servers send them. */
read_units read_websocket;

/* Sends a short text, masked with zeros. 0, or -1 when the connection is gone. */
int send_text(int fd, const char *text);

#endif
