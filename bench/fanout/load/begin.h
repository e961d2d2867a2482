/* The line on stdin that says: begin. */
#ifndef BEGIN_H
#define BEGIN_H

/* Serves viewers until the line has come; ends the program when stdin ends instead. */
void await_begin(void);

#endif
