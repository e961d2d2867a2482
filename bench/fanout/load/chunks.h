/*
 * A gzip stream of blocks that are each flushed by themselves, in HTTP chunks (RFC 9112, 7.1). Whole chunks are read once
 * they end where a block does; a server that makes a chunk of each of its writes does so with every chunk.
 */
#ifndef CHUNKS_H
#define CHUNKS_H

#include "reading.h"

/* With the gzip header, which stands in one chunk. */
read_units read_gzip_chunks;

#endif
