import { expect, test } from 'vitest'
import { type Author, authorOf, authorWith } from '../support/author.ts'
import { type ChorusServer, startChorusWith } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { RawConnection, rawRequest } from '../support/raw-connection.ts'
import { secondsFromNow, signToken, testSecret } from '../support/tokens.ts'
import { Viewer } from '../support/viewer.ts'

/** In every text and key that is sent, and in nothing else. */
const mark = 'quincunx'
const video = '/v1/live-videos/lobby'

test('HT-4: nothing that is logged holds a token, a ticket, a secret or what somebody wrote', async () => {
  await using server = await startChorusWith({ CHORUS_LOG_LEVEL: 'debug' })
  const ann = authorOf(server, { sub: 'ann' })
  const mod = authorOf(server, { sub: 'mod', role: 'moderator' })
  const expired = authorWith(server, signToken({ sub: 'ann', exp: secondsFromNow(-5) }))
  const forged = authorWith(server, signToken({ sub: 'eve' }, 'another secret of thirty-two letters or more'))
  const { ticket } = (await send(server, 'POST', `${video}/stream-tickets`, { token: ann.token })).json<{
    ticket: string
  }>()

  await postAllKinds(ann, mod, [expired, forged])
  await postBadBodies(server, ann)
  await watchAllWays(server, ann, ticket)
  await askBadAddresses(server, ticket)
  await sendNoHttp(server, ann, ticket)
  expect((await server.stop()).code).toBe(0)

  const log = server.printed
  expect(log).toContain('"route":"/v1/live-videos/:liveVideoId/comments"')
  const tokens = [ticket, ...[ann, mod, expired, forged].map(({ token }) => token)]
  const parts = tokens.flatMap((token) => token.split('.').slice(1))
  for (const secret of [mark, testSecret, ...parts])
    expect(log.includes(secret), `${secret} is in the log`).toBe(false)
  for (const line of log.split('\n').filter((line) => line.startsWith('{')))
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), msg: expect.any(String) })
})

async function postAllKinds(ann: Author, mod: Author, others: Author[]): Promise<void> {
  await ann.comment('lobby', `${mark} stored`, { key: mark })
  const { id } = await ann.comment('lobby', `${mark} removed`)
  await mod.remove('lobby', id)
  for (const author of others) await author.post('lobby', `${mark} without a good token`)
  await ann.post('lobby', `${mark}\u0000`)
  await ann.post('lobby', mark, { key: `${mark} ${mark}` })
  await mod.change('lobby', { closed: true })
  await ann.post('lobby', `${mark} too late`)
}

async function postBadBodies(server: ChorusServer, { token }: Author): Promise<void> {
  const post = (body: string, headers = {}) =>
    send(server, 'POST', `${video}/comments`, { token, body, headers })
  await post(`{"text":"${mark}`)
  await post(`{"text":["${mark}"],"${mark}":1}`)
  await post(`{"text":"${mark}"}`, { 'content-type': 'text/html' })
  await post(`{"text":"${mark}${'x'.repeat(100_000)}"}`)
}

async function watchAllWays(server: ChorusServer, { token }: Author, ticket: string): Promise<void> {
  using byTicket = new Viewer(server, 'lobby', { query: `ticket=${ticket}` })
  using byCookie = new Viewer(server, 'lobby', { headers: { cookie: `chorus_token=${token}` } })
  using byToken = new Viewer(server, 'lobby', { token })
  await expect.poll(() => [byTicket, byCookie, byToken].every(({ seqs }) => seqs.length === 1)).toBe(true)
}

async function askBadAddresses(server: ChorusServer, ticket: string): Promise<void> {
  await send(server, 'GET', `${video}/nope?ticket=${ticket}&text=${mark}`)
  await send(server, 'PUT', `${video}/stream?ticket=${ticket}`)
  for (const id of ['%zz', 'elsewhere', 'x'.repeat(2_000)])
    await send(server, 'GET', `/v1/live-videos/${id}/stream?ticket=${ticket}`)
}

async function sendNoHttp(server: ChorusServer, { token }: Author, ticket: string): Promise<void> {
  for (const bytes of [
    `GET ${video}/stream?ticket=${ticket} HTTP/9.9\r\nCookie: ${token} ${mark}\r\n\r\n`,
    rawRequest('POST /create', [`Authorization: Bearer ${token}`, 'Content-Length: many', `X: ${mark}`]),
    rawRequest('GET /healthz', [`Cookie: chorus_token=${token}${mark.repeat(3_000)}`]),
  ]) {
    using connection = new RawConnection(server, bytes)
    await expect.poll(() => connection.closed).toBe(true)
  }
}
