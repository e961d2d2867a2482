import { createParser, type EventSourceMessage } from 'eventsource-parser'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rememberLast } from './remember.ts'
import { splitAt } from './split.testing.ts'
import { BlockReader, parseBlocks, type SseBlock } from './sse-blocks.ts'

const lineText = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text))
const field = fc.constantFrom('id', 'event', 'data', 'retry', '', 'x')
const line = fc.oneof(
  fc.tuple(field, fc.constantFrom(':', ': ', ':  '), lineText).map((parts) => parts.join('')),
  fc.nat().map((milliseconds) => `retry: ${milliseconds}`),
  fc.tuple(fc.stringMatching(/^[a-z0-9]{4}$/), fc.nat()).map(([epoch, seq]) => `id: ${epoch}:${seq}`),
  field,
)
const block = fc.oneof(
  fc.array(line).map((lines) => `${lines.map((one) => `${one}\n`).join('')}\n`),
  fc.constantFrom('\n', ': heartbeat\n\n', 'data: a\ndata: b\n\n', 'id: abcd:7\n\n', 'id: a\0b\ndata\n\n'),
)
const stream = fc.array(block, { maxLength: 20 }).map((blocks) => Buffer.from(blocks.join('')))

function readPieces(pieces: Iterable<Buffer>, scan = parseBlocks): SseBlock[] {
  const reader = new BlockReader()
  const blocks: SseBlock[] = []
  for (const piece of pieces) blocks.push(...(reader.read(piece, scan) ?? []))
  return blocks
}

/** What eventsource-parser, which has its own way to split, dispatches. */
function dispatched(bytes: Buffer): EventSourceMessage[] {
  const events: EventSourceMessage[] = []
  createParser({ onEvent: (event) => events.push(event) }).feed(bytes.toString())
  return events
}

const asEvent = ({ id, event, data }: SseBlock) => ({ id: id ?? undefined, event: event || undefined, data })

test('events are those that eventsource-parser reads, however the bytes are split', () => {
  fc.assert(
    fc.property(stream, fc.infiniteStream(fc.nat(60)), (bytes, cuts) => {
      const events = readPieces(splitAt(bytes, cuts)).filter((one) => one.data !== null)
      expect(events.map(asEvent)).toEqual(dispatched(bytes))
    }),
    { numRuns: 1_000 },
  )
})

test('remembering scans changes nothing that is read', () => {
  fc.assert(
    fc.property(fc.array(stream), fc.nat(60), (streams, cut) => {
      const scan = rememberLast(parseBlocks, 3)
      for (const bytes of [...streams, ...streams]) {
        const pieces = () => splitAt(bytes, [cut, bytes.length].values())
        expect(readPieces(pieces(), scan)).toEqual(readPieces(pieces()))
      }
    }),
  )
})

test('what is remembered survives the buffer that it was read into', () => {
  const scan = rememberLast(parseBlocks)
  const shared = Buffer.from('id: abcd:1\n\n')
  scan(shared)
  shared.write('id: abcd:2')
  expect(scan(shared)).toEqual(parseBlocks(shared))
})

test('a block of an id alone moves the position; comments and a name without data say nothing', () => {
  const text =
    'retry: 2000\n\n: hello\n\nid: abcd:7\n\nevent: viewers\n\nid: abcd:8\nevent: comment.created\ndata: {}\n\n'
  expect(readPieces([Buffer.from(text)])).toEqual([
    { id: null, event: null, data: null, retryMs: 2_000 },
    { id: 'abcd:7', event: null, data: null, retryMs: null },
    { id: 'abcd:8', event: 'comment.created', data: '{}', retryMs: null },
  ])
})

test('an event without end is refused before it fills the memory', () => {
  const reader = new BlockReader()
  const endless = () => {
    for (let index = 0; index < 40; index++) reader.read(Buffer.alloc(32_768, 'x'), parseBlocks)
  }
  expect(endless).toThrow('too long')
})
