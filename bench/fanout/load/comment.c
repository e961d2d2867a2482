#include "comment.h"

#include <stdio.h>
#include <string.h>

static const char *const words[] = {
    "lol",       "omg",      "what",     "a",        "goal",   "no",      "way",     "that",    "was",     "so",
    "good",      "the",      "ref",      "is",       "blind",  "I",       "can't",   "believe", "this",    "hello",
    "from",      "Brazil",   "India",    "Berlin",   "who",    "else",    "watching", "at",     "work",    "love",
    "you",       "guys",     "first",    "time",     "here",   "play",    "it",      "again",   "louder",  "please",
    "sound",     "gone",     "for",      "anyone",   "same",   "me",      "refresh", "works",   "now",     "thanks",
    "haha",      "best",     "stream",   "ever",     "let's",  "go",      "come",    "on",      "team",    "we",
    "need",      "one",      "more",     "minute",   "left",   "how",     "did",     "he",      "miss",    "keeper",
    "unreal",    "save",     "wow",      "beautiful", "song",  "tears",   "my",      "mum",     "says",    "hi",
    "great",     "show",     "tonight",  "when",     "does",   "start",   "again?",  "question", "about",  "price",
    "shipping",  "to",       "Canada",   "yes",      "maybe",  "tomorrow", "never",  "gets",    "old",     "😂",
    "❤️",        "🔥🔥",     "👏",       "!!!",      "...",    "W",       "GG",      "amazing", "voice",   "camera",
    "two",       "shaking",  "crowd",    "insane",   "quiet",  "listen",  "bass",    "drop",    "incoming", "vote",
};

#define WORDS (sizeof words / sizeof *words)

/* The same comments in every run. After Marsaglia's xorshift. */
static uint32_t next_random(void) {
  static uint32_t state = 2463534242u;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

void write_comment(char *text, struct marker marker) {
  char *at = text + sprintf(text, "#%u:%llu#", marker.number, (unsigned long long)marker.began_ns);
  char *end = text + COMMENT_TEXT_BYTES;
  for (;;) {
    const char *word = words[next_random() % WORDS];
    size_t length = strlen(word);
    if (at + 1 + length > end) break;
    *at++ = ' ';
    memcpy(at, word, length);
    at += length;
  }
  /* Spaces at the end would be cut off by a careful server. */
  memset(at, '!', (size_t)(end - at));
}

static const char *read_digits(const char *at, const char *end, uint64_t *value) {
  const char *from = at;
  for (*value = 0; at < end && *at >= '0' && *at <= '9'; at++) *value = *value * 10 + (uint64_t)(*at - '0');
  return at == from ? NULL : at;
}

/* What follows a '#': NULL when it is no marker. */
static const char *read_marker(const char *at, const char *end, struct marker *marker) {
  uint64_t number;
  at = read_digits(at, end, &number);
  if (at == NULL || at == end || *at != ':') return NULL;
  at = read_digits(at + 1, end, &marker->began_ns);
  if (at == NULL || at == end || *at != '#') return NULL;
  marker->number = (uint32_t)number;
  return at + 1;
}

const char *find_marker(const char *bytes, const char *end, struct marker *marker) {
  while (bytes < end && (bytes = memchr(bytes, '#', (size_t)(end - bytes))) != NULL) {
    const char *behind = read_marker(++bytes, end, marker);
    if (behind != NULL) return behind;
  }
  return NULL;
}
