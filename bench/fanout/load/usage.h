/* This program's own processor time. */
#ifndef USAGE_H
#define USAGE_H

double own_cpu_seconds(void);

#endif
