import { createParser, type EventSourceMessage } from 'eventsource-parser'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeSse, encodeSseComment, encodeSseRetry } from './sse.ts'

interface Read {
  events: EventSourceMessage[]
  retries: number[]
}

/** Reads a stream as it arrives: in pieces cut at any byte. */
function read(bytes: Uint8Array, cuts: number[]): Read {
  const decoder = new TextDecoder()
  const result: Read = { events: [], retries: [] }
  const parser = createParser({
    onEvent: (event) => result.events.push(event),
    onRetry: (retry) => result.retries.push(retry),
  })
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  for (const [index, place] of places.entries())
    parser.feed(decoder.decode(bytes.subarray(places[index - 1] ?? 0, place), { stream: true }))
  return result
}

const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n\0]/.test(text) && text !== '')
const text = fc.string({
  unit: fc.oneof(fc.constantFrom('\n', '\r', ':', ' ', '\0', '🎉', '\u2028'), fc.string({ maxLength: 3 })),
})
const data = fc.oneof(text, fc.dictionary(text, text))
const cuts = fc.array(fc.nat(), { maxLength: 8 })

test('RT-13: what is written is what a browser reads, wherever the network cuts it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ id: line, event: line, data }), { maxLength: 5 }),
      cuts,
      (events, cuts) => {
        const text = events.map((event) => encodeSseComment('still here') + encodeSse(event)).join('')
        const { events: seen } = read(new TextEncoder().encode(text), cuts)
        expect(seen.map(({ id, event, data }) => ({ id, event, data: JSON.parse(data) }))).toEqual(
          events.map(({ id, event, data }) => ({
            id: id.toWellFormed(),
            event: event.toWellFormed(),
            data,
          })),
        )
      },
    ),
  )
})

test('RT-13: an id or a name that would break out of its line is refused', () => {
  for (const bad of ['a\nb', 'a\rb', 'a\0b']) {
    expect(() => encodeSse({ id: bad })).toThrow(TypeError)
    expect(() => encodeSse({ event: bad, data: '' })).toThrow(TypeError)
    expect(() => encodeSseComment(bad)).toThrow(TypeError)
  }
})

test('RT-13: no data can forge an event', () => {
  fc.assert(
    fc.property(text, (text) => {
      const forged = `${text}\n\nevent: forged\ndata: x\n\n`
      const { events } = read(new TextEncoder().encode(encodeSse({ event: 'real', data: forged })), [])
      expect(events.map(({ event }) => event)).toEqual(['real'])
    }),
  )
})

test('RT-13: retry is a whole number of milliseconds', () => {
  expect(encodeSseRetry(1_999.6)).toBe('retry: 2000\n\n')
  expect(encodeSseRetry(-5)).toBe('retry: 0\n\n')
})

/** Where Python's `str.splitlines` ends a line. */
const pythonLineEnds = '\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029'
const pythonLineEnd = new RegExp(`\r\n|[${pythonLineEnds}]`)

/** A reader that takes lines as its language does, and the fields of an event from them. */
function readByPythonLines(text: string): string[] {
  const lines = text.split(pythonLineEnd)
  return lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice('data: '.length))
}

test('RT-13: JSON stays on its line for readers that split lines as Unicode does, and says the same', () => {
  const ends = fc.constantFrom(...pythonLineEnds, 'data: ', '\\u2028')
  const said = fc.string({ unit: fc.oneof(ends, fc.string({ unit: 'grapheme', maxLength: 3 })) })
  fc.assert(
    fc.property(fc.array(fc.dictionary(said, said), { minLength: 1, maxLength: 4 }), (values) => {
      const text = values.map((value) => encodeSse({ id: '1', event: 'e', data: value })).join('')
      expect(readByPythonLines(text).map((data) => JSON.parse(data))).toEqual(values)
    }),
  )
})
