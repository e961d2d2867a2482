#include "websocket.h"

#include <string.h>

#include "connect.h"

struct frame {
  size_t head;
  size_t payload;
};

/* False while the frame is not there as a whole. */
static bool find_frame(const unsigned char *bytes, size_t length, struct frame *frame) {
  if (length < 2) return false;
  size_t payload = bytes[1] & 127;
  size_t extra = payload == 126 ? 2 : payload == 127 ? 8 : 0;
  if (length < 2 + extra) return false;
  if (extra > 0) payload = 0;
  for (size_t at = 0; at < extra; at++) payload = payload << 8 | bytes[2 + at];
  *frame = (struct frame){2 + extra, payload};
  return length - frame->head >= payload;
}

/* "0…" opens the transport, "40…" lets into the namespace, "2" is a ping, "42…" an event. */
static void read_packet(const char *packet, size_t length, struct reading *reading) {
  if (length == 0) return;
  if (packet[0] == '0') reading->opened = true;
  if (length > 1 && packet[0] == '4' && packet[1] == '0') reading->joined = true;
  if (length == 1 && packet[0] == '2') reading->pinged = true;
  if (packet[0] == '4') note_comments(reading, packet, packet + length);
}

size_t read_websocket(const char *bytes, size_t length, struct reading *reading) {
  size_t whole = 0;
  struct frame frame;
  while (find_frame((const unsigned char *)bytes + whole, length - whole, &frame)) {
    read_packet(bytes + whole + frame.head, frame.payload, reading);
    whole += frame.head + frame.payload;
  }
  return whole;
}

int send_text(int fd, const char *text) {
  char frame[6 + 125] = {(char)0x81};
  size_t length = strlen(text);
  frame[1] = (char)(0x80 | length);
  memcpy(frame + 6, text, length);
  return send_whole(fd, frame, 6 + length);
}
