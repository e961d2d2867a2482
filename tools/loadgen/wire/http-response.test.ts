import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ResponseReader } from './http-response.ts'
import { splitAt } from './split.testing.ts'

interface Received {
  status: number
  type: string | undefined
  body: string
  ended: boolean
}

function readAll(pieces: Iterable<Buffer>): { received: Received[]; whole: boolean } {
  const received: Received[] = []
  const reader = new ResponseReader({
    onHead: ({ status, headers }) =>
      received.push({ status, type: headers.get('content-type'), body: '', ended: false }),
    onBody: (bytes) => {
      const last = received.at(-1)
      if (last) last.body += bytes.toString('latin1')
    },
    onEnd: () => {
      const last = received.at(-1)
      if (last) last.ended = true
    },
  })
  for (const piece of pieces) reader.read(piece)
  return { received, whole: reader.close() }
}

const body = fc.string({ unit: 'binary-ascii' })
const withLength = (text: string) =>
  `HTTP/1.1 201 Created\r\nContent-Type: a/b\r\nContent-Length: ${text.length}\r\n\r\n${text}`
const asChunk = (text: string) => (text === '' ? '' : `${text.length.toString(16)};ext="1"\r\n${text}\r\n`)
const chunked = (texts: string[]) =>
  `HTTP/1.1 200 OK\r\ncontent-type:a/b\r\nTransfer-Encoding: chunked\r\n\r\n${texts.map(asChunk).join('')}0\r\nTrailer: x\r\n\r\n`

const response = fc.oneof(
  body.map((text) => ({ wire: withLength(text), text, status: 201 })),
  fc.array(body).map((texts) => ({ wire: chunked(texts), text: texts.join(''), status: 200 })),
)

test('responses with a length and chunked ones are read the same however their bytes are split', () => {
  fc.assert(
    fc.property(fc.array(response), fc.infiniteStream(fc.nat(40)), (responses, cuts) => {
      const wire = Buffer.from(responses.map((one) => one.wire).join(''), 'latin1')
      const { received, whole } = readAll(splitAt(wire, cuts))
      expect(received).toEqual(
        responses.map(({ status, text }) => ({ status, type: 'a/b', body: text, ended: true })),
      )
      expect(whole).toBe(true)
    }),
  )
})

test('a response without a length lasts until the connection ends', () => {
  const { received, whole } = readAll([Buffer.from('HTTP/1.1 200 OK\r\n\r\nab'), Buffer.from('cd')])
  expect(received).toEqual([{ status: 200, type: undefined, body: 'abcd', ended: true }])
  expect(whole).toBe(true)
})

test('interim responses are passed over, and 204 has no body', () => {
  const { received } = readAll([Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n')])
  expect(received).toEqual([{ status: 204, type: undefined, body: '', ended: true }])
})

test.each([
  ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc'],
  ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc'],
  ['a head', 'HTTP/1.1 200 OK\r\nContent-'],
])('a connection that ends within %s is known to be cut', (_, wire) => {
  expect(readAll([Buffer.from(wire)]).whole).toBe(false)
})

test.each([
  'SSH-2.0-x\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n',
])('what is not HTTP/1.1 is refused: %j', (wire) => {
  expect(() => readAll([Buffer.from(wire)])).toThrow()
})
