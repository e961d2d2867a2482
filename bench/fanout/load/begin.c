#include "begin.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "loop.h"

static bool begun;

static void on_readable(struct readable *readable) {
  (void)readable;
  char line[64];
  ssize_t length = read(STDIN_FILENO, line, sizeof line);
  if (length == 0) exit(1);
  if (length > 0) begun = true;
}

void await_begin(void) {
  static struct readable input = {on_readable};
  fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
  loop_watch(STDIN_FILENO, &input);
  while (!begun) loop_turn(now_ns() + SECOND_NS);
}
