/* As much of HTTP/1.1 answers as a load needs. */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>

struct head {
  int status;
  /* Of the head itself, blank line included. */
  size_t length;
  size_t content_length;
  bool gzip;
  bool chunked;
};

/* Reads a head. False while it is not there as a whole. */
bool read_head(const char *bytes, size_t length, struct head *head);

#endif
