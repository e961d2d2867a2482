import { setTimeout as sleep } from 'node:timers/promises'
import type { Attack, Figure } from '../attack.ts'
import { ask, get } from '../clients.ts'
import type { Target } from '../target.ts'

const times = 50

/** Heads that look harmless and are dear to read. */
export const slowHeads: Attack = {
  name: 'slow heads',
  input:
    '`Connection: a<16,200 spaces>b`; `X:<8,160 spaces>\\x80` as first request; `Accept-Encoding` of 16,000 commas',
  // With workers the parent is a gateway that sends requests on, and leaves out what `Connection` names.
  flags: { workers: '2' },
  async run(target) {
    await untilSentOn(target)
    const stream = '/v1/live-videos/v/stream'
    return [
      await cost(target, 'spaces in Connection', get(stream, [`Connection: a${' '.repeat(16_000)}b`])),
      await cost(target, 'spaces before a byte', get('/healthz', [`X:${' '.repeat(8_100)}\x80`])),
      await cost(
        target,
        'commas in Accept-Encoding',
        get(stream, [`Accept-Encoding: ${','.repeat(16_000)}`]),
      ),
    ]
  },
}

/** Workers are told what they serve a moment after the start. */
async function untilSentOn({ url }: Target): Promise<void> {
  while (!(await fetch(`${url}/v1/live-videos/v`)).ok) await sleep(50)
}

/** Processor time of one such request, on a connection of its own. */
async function cost(target: Target, name: string, request: string): Promise<Figure> {
  const before = await target.cpuSeconds()
  for (let index = 0; index < times; index++) (await ask(target, request)).socket.destroy()
  const milliseconds = ((await target.cpuSeconds()) - before) * 1_000
  return { name: `CPU each, ${name}`, value: milliseconds / times, unit: 'ms' }
}
