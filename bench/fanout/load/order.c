#include "order.h"

static uint32_t places[COMMENTS_MAX];
static uint32_t numbers[COMMENTS_MAX];
static uint32_t taken;

uint32_t place_of(uint32_t number) {
  if (number >= COMMENTS_MAX) return 0;
  if (places[number] == 0) {
    places[number] = ++taken;
    numbers[taken] = number;
  }
  return places[number];
}

uint32_t places_taken(void) { return taken; }

uint32_t number_at(uint32_t place) { return numbers[place]; }
