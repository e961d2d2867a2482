#include "http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The value of a header, or NULL. The head ends with a blank line, which ends the search, too. */
static const char *find_header(const char *head, const char *end, const char *name) {
  size_t length = strlen(name);
  const char *line = memchr(head, '\n', (size_t)(end - head));
  while (line != NULL && line + 1 + length < end) {
    line++;
    if (strncasecmp(line, name, length) == 0 && line[length] == ':') return line + length + 1;
    line = memchr(line, '\n', (size_t)(end - line));
  }
  return NULL;
}

static bool is(const char *value, const char *wanted) {
  return value != NULL && strncasecmp(value + strspn(value, " "), wanted, strlen(wanted)) == 0;
}

bool read_head(const char *bytes, size_t length, struct head *head) {
  const char *blank = memmem(bytes, length, "\r\n\r\n", 4);
  if (blank == NULL || length < 12) return false;
  const char *size = find_header(bytes, blank, "content-length");
  *head = (struct head){
      .status = atoi(bytes + 9),
      .length = (size_t)(blank - bytes) + 4,
      .content_length = size == NULL ? 0 : strtoul(size, NULL, 10),
      .gzip = is(find_header(bytes, blank, "content-encoding"), "gzip"),
      .chunked = is(find_header(bytes, blank, "transfer-encoding"), "chunked"),
  };
  return true;
}
