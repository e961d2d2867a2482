import type { Attack } from '../attack.ts'
import { askStream } from '../clients.ts'

const limit = 2

/** One client whose address is written in many ways by the proxy in front. */
export const spelledAddresses: Attack = {
  name: 'stream limit by spelling',
  input: `\`CHORUS_STREAM_LIMIT=${limit}\`, one IPv6 /64 and one IPv4 address, each spelled in six ways`,
  flags: { 'stream-limit': String(limit), 'trust-proxy': 'loopback' },
  async run(target) {
    const sixes = Array.from({ length: 6 }, (_, at) => `2001:db8:0:1::${at + 1}`)
    const fours = [
      '192.0.2.7',
      '::ffff:192.0.2.7',
      '192.0.2.7:4711',
      '[::ffff:192.0.2.7]',
      '::FFFF:c000:207',
      '[::ffff:c000:207]:80',
    ]
    const streams = []
    for (const address of [...sixes, ...fours])
      streams.push(await askStream(target, 'v', [`X-Forwarded-For: ${address}`]))
    for (const { socket } of streams) socket.destroy()
    const open = streams.filter(({ isOpen }) => isOpen).length
    return [{ name: 'streams open, of 4 allowed', value: open, unit: '' }]
  },
}
