/* Server-sent events: a comment counts when the blank line behind its event has come. */
#ifndef SSE_H
#define SSE_H

#include "reading.h"

read_units read_sse;

#endif
