import { ChunkedDecoder } from '../../tools/loadgen/wire/chunked.ts'

/** The chunks of a body as far as it has come, and whether it ended in order. @throws Error when it is no such body */
export function unchunk(body: Buffer): { chunks: Buffer[]; ended: boolean } {
  const chunks: Buffer[] = []
  const decoder = new ChunkedDecoder((bytes) => chunks.push(bytes))
  const taken = decoder.decode(body)
  if (taken < body.length) throw new Error(`${body.length - taken} bytes behind the end of the body`)
  return { chunks, ended: decoder.done }
}
