import { encodeLogEvent } from '../../src/realtime/encode.ts'
import { ratioOf } from './ratio.ts'
import { eventOf } from './samples.ts'

/** An event as bytes, against its JSON as bytes. */
export function measureEncode(): Promise<number> {
  const events = Array.from({ length: 1_000 }, (_, seq) => eventOf(seq + 1))
  return ratioOf(
    () => events.map((event) => encodeLogEvent(event)),
    () => events.map(({ comment }) => Buffer.from(JSON.stringify(comment))),
  )
}
