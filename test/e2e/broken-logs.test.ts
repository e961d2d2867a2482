import { spawnSync } from 'node:child_process'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ChorusCommand, type Exit } from '../support/chorus-command.ts'
import { send } from '../support/http-client.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { testSecret } from '../support/tokens.ts'
import { Viewer } from '../support/viewer.ts'

const program = fileURLToPath(new URL('../../bin/chorus.js', import.meta.url))

/** Where the logs go. `written` is what came out at the end that is read. */
interface Log extends Disposable {
  stderr: number | Socket
  /** Reads everything that is there. */
  read(): string
}

/** A pipe as a shell makes it, which holds 64 KB. */
function pipe(): Log & { stopReading(): void } {
  const folder = tempFolder()
  const path = join(folder.path, 'log')
  if (spawnSync('mkfifo', [path]).status !== 0) throw new Error('mkfifo has failed')
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const stderr = openSync(path, 'w')
  const close = new DisposableStack()
  close.use(folder)
  close.defer(() => closeSync(stderr))
  let reads = true
  return {
    stderr,
    read() {
      const chunk = Buffer.alloc(1_048_576)
      const chunks: string[] = []
      try {
        for (let n = 1; n > 0; ) {
          n = readSync(reader, chunk)
          chunks.push(chunk.toString('utf8', 0, n))
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      }
      return chunks.join('')
    },
    stopReading() {
      reads = false
      closeSync(reader)
    },
    [Symbol.dispose]() {
      if (reads) closeSync(reader)
      close.dispose()
    },
  }
}

function fullDevice(): Log {
  const stderr = openSync('/dev/full', 'w')
  return { stderr, read: () => '', [Symbol.dispose]: () => closeSync(stderr) }
}

/** As systemd's journal reads: a socket. */
async function silentSocket(): Promise<Log> {
  const folder = tempFolder()
  const path = join(folder.path, 'journal')
  const server = createServer((socket) => socket.pause()).listen(path)
  await new Promise((resolve) => server.once('listening', resolve))
  const stderr = connect(path)
  await new Promise((resolve) => stderr.once('connect', resolve))
  return {
    stderr,
    read: () => '',
    [Symbol.dispose]() {
      stderr.destroy()
      server.close()
      folder[Symbol.dispose]()
    },
  }
}

/** A server that says much: two lines of log for each request. */
async function start({ stderr }: Log, settings: Record<string, string> = {}) {
  using folder = new DisposableStack()
  const store = folder.use(tempFolder())
  const command = new ChorusCommand(
    ['serve', '--port', '0', '--store', store.path],
    { CHORUS_JWT_SECRET: testSecret, CHORUS_LOG_LEVEL: 'debug', ...settings },
    undefined,
    stderr,
  )
  const [, url = ''] = await command.printed(/Watch and comment\s+(\S+?)\/?\n/)
  const held = folder.move()
  return {
    url,
    async stop(): Promise<Exit> {
      command.signal('SIGTERM')
      return command.exited
    },
    async [Symbol.asyncDispose]() {
      command.signal('SIGKILL')
      await command.exited
      held.dispose()
    },
  }
}

/** More lines than any pipe holds. */
async function expectServes(server: { url: string }): Promise<void> {
  await expect.poll(async () => (await send(server, 'GET', '/readyz')).status).toBe(200)
  using viewer = new Viewer(server, 'v')
  await expect.poll(() => viewer.lastEventId).toBe('-:0')
  for (let round = 0; round < 60; round++) {
    const replies = await Promise.all(Array.from({ length: 50 }, () => send(server, 'GET', '/healthz')))
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
  }
  expect(viewer.connections).toBe(1)
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { msg: string; lost?: number })

test('CL-9: a reader of the logs that stalls costs lines, and is told how many when it reads again', async () => {
  using log = pipe()
  await using server = await start(log)
  await expectServes(server)
  let text = ''
  await expect
    .poll(async () => {
      await send(server, 'GET', '/healthz')
      text += log.read()
      return text
    })
    .toContain('log lines were lost')
  const lines = linesOf(text)
  const lost = lines.find(({ lost }) => lost !== undefined)?.lost ?? 0
  expect(lines.filter(({ msg }) => msg === 'request').length + lost).toBeGreaterThan(3_000)
  expect((await server.stop()).code).toBe(0)
})

test('CL-9: a reader that stalls does not hold up the stop', async () => {
  using log = pipe()
  await using server = await start(log)
  await expectServes(server)
  expect((await server.stop()).code).toBe(0)
})

test('CL-9: a reader of the logs that goes away costs lines only', async () => {
  using log = pipe()
  await using server = await start(log)
  log.stopReading()
  await expectServes(server)
  expect((await server.stop()).code).toBe(0)
})

test('CL-9: logs on a full disk cost lines only', async () => {
  using log = fullDevice()
  await using server = await start(log)
  await expectServes(server)
  expect((await server.stop()).code).toBe(0)
})

test('CL-9: a journal that does not read its socket costs lines only, of workers as well', async () => {
  using log = await silentSocket()
  await using server = await start(log, { CHORUS_WORKERS: '2' })
  await expectServes(server)
  expect((await server.stop()).code).toBe(0)
})

test('CL-1: output of a command that cannot be written is one line', () => {
  const run = (to: string) =>
    spawnSync(
      'sh',
      ['-c', `{ "$0" "$1" token --sub ann; echo "code $?" >&2; } ${to}`, process.execPath, program],
      {
        env: { CHORUS_JWT_SECRET: testSecret },
        encoding: 'utf8',
      },
    ).stderr
  expect(run('>/dev/full')).toMatch(/^chorus: the output is not written: ENOSPC.*\ncode 1\n$/)
})
