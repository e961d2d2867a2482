/* The load of bench:fanout: reads a plan on stdin, says when all viewers are there, begins when told to, says what it saw. */
#include "connect.h"
#include "join.h"
#include "loop.h"
#include "plan.h"
#include "watch.h"

/* Besides viewers: connections that post, the loop, stdio. */
#define OTHER_FILES 300

int main(void) {
  struct plan plan = read_plan();
  allow_open_files(plan.viewers + plan.joining_at_once + OTHER_FILES);
  loop_start();
  if (plan.joining_at_once > 0) join_and_leave(&plan);
  else watch(&plan);
  return 0;
}
