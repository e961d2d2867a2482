/* Viewers who watch one live video while comments are posted to it, and to another one. */
#ifndef WATCH_H
#define WATCH_H

#include "plan.h"

void watch(const struct plan *plan);

#endif
