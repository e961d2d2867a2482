/** Of a Redis Cluster, fixed by it. */
export const keySlotCount = 16_384

const remainders = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1
  return crc
})

/** CRC-16/XMODEM of ASCII text: the hash of Redis Cluster (its specification, "Key distribution model"). */
export function crc16(ascii: string): number {
  let crc = 0
  for (let index = 0; index < ascii.length; index++)
    crc = ((crc << 8) & 0xffff) ^ (remainders[(crc >> 8) ^ (ascii.charCodeAt(index) & 0xff)] ?? 0)
  return crc
}

/** Which slot of a Redis Cluster a channel without braces in its name belongs to. */
export const keySlotOf = (channel: string): number => crc16(channel) % keySlotCount
