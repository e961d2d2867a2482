/* What is told on stdout: one JSON object a line. */
#ifndef JSON_H
#define JSON_H

#include <stdint.h>

#include "histogram.h"

/* Begins an object; state says which. */
void json_begin(const char *state);
void json_number(const char *name, double value);
/* In milliseconds; null when there is no value. */
void json_times(const char *name, const struct histogram *times);
/* Ends the object, and sends it. */
void json_end(void);

#endif
