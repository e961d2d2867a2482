/* Ends the program with one line for people. */
#ifndef DIE_H
#define DIE_H

_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
