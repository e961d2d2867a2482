import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { identityOf } from '../../src/auth/claims.ts'
import { isAuthorization } from '../../src/auth/cluster-key.ts'
import { Tickets } from '../../src/auth/tickets.ts'
import { tokenVerifier } from '../../src/auth/tokens.ts'
import { decodeEventBatch } from '../../src/bus/event-batch.ts'
import { parseLiveVideoId } from '../../src/domain/live-video.ts'
import { parsePosition } from '../../src/domain/position.ts'
import { acceptText } from '../../src/domain/text.ts'
import { endToEnd } from '../../src/gateway/headers.ts'
import { challengeOf } from '../../src/http/challenge.ts'
import { clientReader } from '../../src/http/client.ts'
import { streamCors } from '../../src/http/cors.ts'
import { bearerToken, cookieToken } from '../../src/http/credentials.ts'
import { acceptJson } from '../../src/http/json-body.ts'
import { lateAnswers } from '../../src/http/late-answer.ts'
import { type PlainRequest, readPlainRequest } from '../../src/http/plain-request.ts'
import { originForm } from '../../src/http/request-head.ts'
import { hueOf, initialsOf } from '../../src/pages/shared/person.ts'
import { decodeAssignment } from '../../src/placement/encoding.ts'
import { decodeSpreadLoads } from '../../src/placement/spread-loads.ts'
import * as api from '../../src/protocol/api.ts'
import { encodeSse } from '../../src/protocol/sse.ts'
import { asksForStream, liveVideoOfStream } from '../../src/protocol/stream-path.ts'
import { acceptedCoding } from '../../src/realtime/accepted-coding.ts'
import { parseRate } from '../../src/realtime/rate.ts'
import { streamDoor } from '../../src/realtime/stream-door.ts'
import { readEvent } from '../../src/sdk/stream-event.ts'
import { readToken } from '../../src/sdk/token.ts'
import { fromColumn, toColumn } from '../../src/store/postgres/text-column.ts'
import { systemClock } from '../../src/system.ts'

/** Something that reads what others may send. */
export interface Parser {
  read: (text: string) => unknown
  /** Pieces of text that mean something to it, besides those that mean something to many. */
  pieces?: string[]
  /** Of what it reads, where it refuses more. */
  charactersMax?: number
}

const secret = 'a secret that is long enough for tests'
const tickets = new Tickets(secret, systemClock)
const verify = tokenVerifier({ kind: 'secret', secret }, {}, { clock: systemClock, report: () => {} })
const clientOf = clientReader(['loopback', '10.0.0.0/8'])
const knownOrigin = streamCors(['https://a.example'])
const door = streamDoor({ isServedHere: () => false } as never)
const answerLate = lateAnswers(knownOrigin, Math.random)
const atDoor = (request: Partial<PlainRequest>) =>
  door(
    {} as Socket,
    { path: '/v1/live-videos/a/stream', query: '', headers: {}, bytes: Buffer.alloc(0), ...request },
    () => {},
  )
let readBody: (request: FastifyRequest, bytes: Buffer, done: () => void) => void = () => {}
acceptJson({
  getDefaultJsonParser: () => (_request: FastifyRequest, text: string, done: () => void) => {
    JSON.parse(text)
    done()
  },
  removeAllContentTypeParsers: () => {},
  addContentTypeParser(_type: string, _options: object, parse: typeof readBody) {
    readBody = parse
  },
} as unknown as FastifyInstance)
const bytesOf = (text: string) => Buffer.from(text, 'latin1')
const claims = { sub: 'a', name: 'A', exp: 2_000_000_000 }
const event =
  '{"liveVideoId":"a","type":"comment.removed","epoch":"e","seq":1,"at":1,"commentId":"c","commentSeq":1},'

/** All of them: `linear-time.test.ts` finds files that read text and are neither run by one of these nor named in `others`. */
export const parsers: Record<string, Parser> = {
  'the first line of a request': {
    read: (text) => readPlainRequest(bytesOf(`GET /${text} HTTP/1.1\r\nHost: a\r\n\r\n`)),
  },
  'a header line': {
    read: (text) => readPlainRequest(bytesOf(`GET / HTTP/1.1\r\nHost: a\r\nX:${text}\r\n\r\n`)),
    pieces: ['x', 'x ', 'x\t ', '\x80'],
  },
  'header lines': {
    read: (text) => readPlainRequest(bytesOf(`GET / HTTP/1.1\r\nHost: a\r\n${text}\r\n\r\n`)),
    pieces: ['X:', 'X: y\r\n', ':\r\n', 'Y'],
  },
  'a request that is late': {
    read: (text) => answerLate(bytesOf(`GET /v1/live-videos/a HTTP/1.1\r\nHost: a\r\n${text}\r\n\r\n`)),
    pieces: ['Content-Length: 1\r\n', 'Connection:', 'close', '\r\n\r\n', 'Origin: '],
  },
  'the target of a request': { read: originForm, pieces: ['http://', 'HTTPS://', '/', '?', '#', '@'] },
  'the first bytes of a stream': { read: asksForStream, pieces: ['GET /v1/live-videos/', '/stream', ' '] },
  'the path of a stream': { read: liveVideoOfStream, pieces: ['/v1/live-videos/', '/stream', '/'] },
  'the query of a stream': {
    read: (text) => atDoor({ query: text }),
    pieces: ['history=1&', 'lastEventId=', 'rate=', '&', '=', '%41', '%'],
  },
  Authorization: {
    read: (authorization) => bearerToken({ headers: { authorization } }),
    pieces: ['Bearer ', 'Basic ', '.', 'eyJ'],
  },
  Cookie: {
    read: (cookie) => cookieToken({ headers: { cookie } }),
    pieces: ['chorus_token=', '; ', '; chorus_token', '"'],
  },
  'Accept-Encoding': {
    read: (text) => acceptedCoding(text, '1.1'),
    pieces: ['gzip', ';q=', '0.5', '*'],
    charactersMax: 512,
  },
  Connection: { read: (connection) => endToEnd({ connection }), pieces: ['keep-alive', 'close'] },
  'X-Forwarded-For': {
    read: (text) =>
      clientOf({ headers: { 'x-forwarded-for': text }, socket: { remoteAddress: '127.0.0.1' } }),
    pieces: ['10.0.0.1', '10.0.0.1,', '[::1]:1,', '::', ':', '%', '::ffff:10.0.0.1,', '.1'],
  },
  Origin: { read: knownOrigin, pieces: ['https://a.example'] },
  'a token': { read: verify, pieces: ['eyJ', '.', 'A', '_'], charactersMax: 4_096 },
  'a ticket': { read: (text) => tickets.accept(text, 'a'), pieces: ['eyJ', '.', 'A', '_'] },
  'the key of a cluster': { read: (text) => isAuthorization(text, 'Chorus abc'), pieces: ['Chorus '] },
  'the claim sub': { read: (sub) => identityOf({ ...claims, sub }) },
  'the claim name': { read: (name) => identityOf({ ...claims, name }), pieces: ['\u200b', 'é'] },
  'the claim picture': {
    read: (picture) => identityOf({ ...claims, picture }),
    pieces: ['https://', '../', '@', '#'],
    charactersMax: 2_000,
  },
  'the claim videos': {
    read: (text) => identityOf({ ...claims, videos: text.split('|') }),
    pieces: ['a|', '*|'],
  },
  'a refused claim': { read: (text) => challengeOf('token_invalid', text) },
  'a LiveVideoId': { read: parseLiveVideoId, pieces: ['~'] },
  'a position': { read: (text) => parsePosition(text), pieces: ['abcd:', '0', '-:'] },
  'a rate': { read: parseRate, pieces: ['0', '1.', 'all'] },
  'an idempotency key': { read: (text) => api.IdempotencyKey.safeParse(text) },
  'a body': {
    read: (text) => readBody({} as FastifyRequest, bytesOf(text), () => {}),
    pieces: ['{"text":"', '[', '\\u0000', '\x80'],
  },
  'a comment': { read: (text) => api.NewComment.safeParse({ text, replyTo: text }) },
  'a text': { read: acceptText, pieces: ['\r\n', '\r', '\u2028', '🎉', '\u200d', '\u2800', '\ud83c'] },
  'a stream’s text': {
    read: (data) => encodeSse({ event: 'a', data }),
    pieces: ['\r\n', '\r', '\u2028', 'data: '],
  },
  'a stream’s event': { read: (data) => readEvent('viewers', data), pieces: ['{"a":', '[', ']'] },
  'a token, for show': { read: readToken, pieces: ['eyJ', '.', '-', '_'] },
  'a batch of events': {
    read: (text) => decodeEventBatch(Buffer.from(`{"version":1,"events":[${text}${event.slice(0, -1)}]}`)),
    pieces: [event, '{},', '[],', '"a",', '[', '{"a":'],
  },
  'an assignment': {
    read: (text) => decodeAssignment(`{"generation":1,"nodes":["http://a"${text}],"slots":"AA","spread":[]}`),
    pieces: [',"http://a"', ',"http://b/', '"', ',['],
  },
  'slots of an assignment': {
    read: (text) => decodeAssignment(`{"generation":1,"nodes":["http://a"],"slots":"${text}","spread":[]}`),
    pieces: ['AA', '-_'],
  },
  'loads of spread live videos': {
    read: (text) => decodeSpreadLoads(`{"nodes":{${text}"z":1},"liveVideos":{}}`),
    pieces: ['"a":1,', '"b":-1,', '"b":{"a":', '"'],
  },
  'an id in PostgreSQL': { read: (text) => fromColumn(toColumn(text)), pieces: ['\0', '\u0001', '\ud800'] },
  'a name’s initials': { read: initialsOf, pieces: ['\u200d', '.', '_', 'é'] },
  'an author’s colour': { read: hueOf },
}

/** Other files that read text, and why that is none of a stranger's, or takes nothing but a regular expression. */
export const others: Record<string, string> = {
  'main.ts': 'the command line',
  'cli/token.ts': 'the command line',
  'config/demo-secret.ts': 'a file of our own',
  'config/engines.ts': 'settings',
  'config/environment.ts': 'settings',
  'config/fit.ts': 'settings',
  'config/parse-config.ts': 'settings',
  'config/values.ts': 'settings',
  'bus/kafka/kafka-address.ts': 'a setting',
  'bus/kafka/kafka-errors.ts': 'what brokers say',
  'bus/redis/client.ts': 'what Redis says',
  'bus/redis/redis-url.ts': 'a setting',
  'compose/peers.ts': 'JSON that nodes of the cluster wrote',
  'registry/zookeeper/member-names.ts': 'what nodes of the cluster wrote',
  'registry/zookeeper/zookeeper-registry.ts': 'a setting, and what nodes of the cluster wrote',
  'store/event-rows.ts': 'rows that the store wrote',
  'store/embedded/log-reader.ts': 'rows that the store wrote',
  'store/embedded/schema.ts': 'SQL',
  'store/embedded/sqlite-log.ts': 'SQL',
  'store/postgres/errors.ts': 'what PostgreSQL says',
  'store/postgres/reads.ts': 'rows that the store wrote',
  'gateway/pages.ts': 'paths of files',
  'gateway/demo-tokens.ts': 'one regular expression',
  'http/descriptor-limit.ts': 'what the system says of this process',
  'http/errors.ts': 'an address, split by one character',
  'sdk/api.ts': 'what the server answers',
  'pages/cluster/main.ts': 'the address of the page, in a browser',
  'pages/cluster/names.ts': 'one regular expression',
  'pages/watch/address.ts': 'the address of the page, in a browser',
  'pages/watch/comment-row.ts': 'a text, split into twelve lines at most',
}
