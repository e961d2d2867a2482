import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { authorOf } from '../support/author.ts'
import { send } from '../support/http-client.ts'
import { RawConnection, rawRequest } from '../support/raw-connection.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { signToken, testSecret } from '../support/tokens.ts'

const program = fileURLToPath(new URL('../../bin/chorus.js', import.meta.url))
const limit = 96

/** A server that may have few descriptors open. */
async function startLimited(storeFolder: string) {
  const script = `ulimit -n ${limit}; exec "$0" "$1" serve --port 0 --store "$2"`
  const child = spawn('sh', ['-c', script, process.execPath, program, storeFolder], {
    env: { PATH: process.env.PATH, CHORUS_JWT_SECRET: testSecret, CHORUS_POST_LIMIT: 'off' },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  await expect.poll(() => stdout).toContain('Watch and comment')
  return {
    url: /Watch and comment\s+(\S+?)\/\n/.exec(stdout)?.[1] ?? '',
    log: () => stderr,
    descriptors: () => readdirSync(`/proc/${child.pid}/fd`).length,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('close', resolve))
    },
  }
}

test('HT-20: when viewers take all descriptors the process keeps some, others are refused, and it recovers', async () => {
  using folder = tempFolder()
  await using server = await startLimited(folder.path)
  // A client that is connected before.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const { hostname, port } = new URL(server.url)
  const token = signToken({ sub: 'ann' })
  const post = () =>
    new Promise<number>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const path = '/v1/live-videos/v/comments'
      request({ agent, hostname, port, path, method: 'POST', headers }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0))
      })
        .on('error', reject)
        .end('{"text":"hello"}')
    })
  expect(await post()).toBe(201)
  {
    using viewers = new DisposableStack()
    const stream = rawRequest('GET /v1/live-videos/v/stream', [])
    const all = Array.from({ length: 2 * limit }, () => viewers.use(new RawConnection(server, stream)))
    await expect
      .poll(() => all.every(({ closed, received }) => closed || received.includes('id:')))
      .toBe(true)
    const open = all.filter(({ closed }) => !closed)
    expect(open.length).toBeGreaterThan(20)
    expect(server.descriptors()).toBeLessThanOrEqual(limit * 0.75 + 1)
    expect(await post()).toBe(201)
    await expect.poll(() => open.every(({ received }) => received.includes('hello'))).toBe(true)
  }
  agent.destroy()
  await expect
    .poll(() =>
      send(server, 'GET', '/readyz').then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200)
  await authorOf(server, { sub: 'bob' }).comment('v', 'again')
  await expect.poll(server.log).toContain('connections are no longer refused')
  expect(server.log().match(/connections are refused/g)).toHaveLength(1)
})
