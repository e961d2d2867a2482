import { expect, test } from 'vitest'
import { authorWith, readAll } from '../support/author.ts'
import { runChorus } from '../support/chorus-command.ts'
import { newLiveVideoId, startChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { send } from '../support/http-client.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { signToken } from '../support/tokens.ts'

interface Token {
  token: string
  expiresAt: number
}

test('AU-3: without a key the server says that it is in demo mode, and hands out tokens for the asking', async () => {
  await using server = await startChorus({})
  expect(server.printed).toMatch(/Demo mode/)
  const ask = (body: unknown) => send(server, 'POST', '/v1/demo/tokens', { body })
  const liveVideoId = newLiveVideoId()

  const reply = await ask({ name: ' Ann Ström ' })
  expect(reply.status).toBe(201)
  const { token, expiresAt } = reply.json<Token>()
  expect(expiresAt).toBeGreaterThan(Date.now() + 60_000)
  const comment = await authorWith(server, token).comment(liveVideoId, 'hello')
  expect(comment.author).toEqual({ id: expect.any(String), name: 'Ann Ström' })

  const moderator = authorWith(server, (await ask({ name: 'Mo', role: 'moderator' })).json<Token>().token)
  expect((await moderator.remove(liveVideoId, comment.id)).status).toBe(204)
  const namesake = await authorWith(server, (await ask({ name: 'Ann Ström' })).json<Token>().token)
  expect((await namesake.comment(liveVideoId, 'hello')).author.id).not.toBe(comment.author.id)

  for (const body of [
    {},
    { name: '' },
    { name: ' ' },
    { name: 7 },
    { name: 'x'.repeat(51) },
    { name: 'x', role: 'king' },
  ])
    expectProblem(await ask(body), 'invalid_request')
  expectProblem(
    await authorWith(server, signToken({ sub: 'eve' })).post(liveVideoId, 'hello'),
    'token_invalid',
  )
})

test('AU-3: a name that no token may hold is refused, not signed', async () => {
  await using server = await startChorus({})
  for (const name of ['An\u0000n', 'Ann\u001b[31m', 'two\nlines', 'half \ud800']) {
    const reply = await send(server, 'POST', '/v1/demo/tokens', { body: { name } })
    expectProblem(reply, 'invalid_request')
  }
})

test('AU-3: guests stay who they are over a restart', async () => {
  await using server = await startChorus({})
  const liveVideoId = newLiveVideoId()
  const reply = await send(server, 'POST', '/v1/demo/tokens', { body: { name: 'Ann' } })
  const { token } = reply.json<Token>()
  const comment = await authorWith(server, token).comment(liveVideoId, 'before')
  await server.kill()
  await server.start()
  const later = await authorWith(server, token).comment(liveVideoId, 'after')
  expect(later.author).toEqual(comment.author)
  expect(await readAll(server, liveVideoId)).toEqual([comment, later])
})

test('AU-3: with a key there is no demo', async () => {
  await using server = await startChorus()
  expect(server.printed).not.toMatch(/demo mode/i)
  expectProblem(await send(server, 'POST', '/v1/demo/tokens', { body: { name: 'Ann' } }), 'not_found')
})

test.each(['0.0.0.0', '::', '127.0.0.1.example.org'])(
  'AU-3: without a key the server refuses to listen on %s',
  async (host) => {
    using folder = tempFolder()
    const { code, stdout, stderr } = await runChorus([
      'serve',
      '--port',
      '0',
      '--store',
      folder.path,
      '--host',
      host,
    ])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^chorus: CHORUS_HOST=.*CHORUS_JWT_SECRET.*\n$/)
  },
)
