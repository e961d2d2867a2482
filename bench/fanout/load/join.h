/* Viewers who come, read their first bytes and go again, so many at once, as fast as they can. */
#ifndef JOIN_H
#define JOIN_H

#include "plan.h"

void join_and_leave(const struct plan *plan);

#endif
