/*
 * The common order of the comments: the one in which the first viewer to see each of them saw it. Every viewer must see
 * the same. A comment's place is its number in that order, from 1.
 */
#ifndef ORDER_H
#define ORDER_H

#include <stdint.h>

#define COMMENTS_MAX (1u << 20)

/* The place of the comment with this number; gives it the next one when nobody has seen it yet. 0: no such comment. */
uint32_t place_of(uint32_t number);

/* How many comments have been seen by anybody. */
uint32_t places_taken(void);

/* The number of the comment at a place. */
uint32_t number_at(uint32_t place);

#endif
