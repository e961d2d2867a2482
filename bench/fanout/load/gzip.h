/*
 * Server-sent events in a gzip stream of blocks that are each flushed by themselves (Z_FULL_FLUSH, RFC 1951): such a
 * block refers to nothing before it, so reading may begin behind any of them, and the same bytes serve all viewers.
 */
#ifndef GZIP_H
#define GZIP_H

#include "reading.h"

/* Each viewer's own, before the first block. */
#define GZIP_HEADER_BYTES 10

/* Raw blocks, the header left out. */
read_units read_gzip_blocks;

#endif
