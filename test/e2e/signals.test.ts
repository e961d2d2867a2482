import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ChorusCommand } from '../support/chorus-command.ts'
import { startChorusWith } from '../support/chorus-server.ts'
import { freePort } from '../support/free-port.ts'
import { send } from '../support/http-client.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { testSecret } from '../support/tokens.ts'
import { Viewer } from '../support/viewer.ts'

const program = fileURLToPath(new URL('../../bin/chorus.js', import.meta.url))

/** Not a zombie, which has ended and is only not yet waited for. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Of the process itself and its workers, as their log lines say. */
const pidsIn = (log: string) => [...new Set([...log.matchAll(/"pid":(\d+)/g)].map(([, pid]) => Number(pid)))]

const readyz = async (server: { url: string }) =>
  (await send(server, 'GET', '/readyz').catch(() => null))?.status ?? 0

test('CL-10: without a terminal, as under nohup, SIGHUP changes nothing, for workers neither', async () => {
  await using server = await startChorusWith({ CHORUS_WORKERS: '2' })
  using viewer = new Viewer(server, 'v')
  await expect.poll(() => viewer.lastEventId).toBe('-:0')
  const pids = pidsIn(server.printed)
  expect(pids).toHaveLength(3)
  for (const pid of pids) process.kill(pid, 'SIGHUP')
  for (let times = 0; times < 20; times++) expect(await readyz(server)).toBe(200)
  expect(pids.filter(isRunning)).toEqual(pids)
  expect(viewer.connections).toBe(1)
  expect((await server.stop()).code).toBe(0)
  expect(pids.filter(isRunning)).toEqual([])
})

test('CL-10: a terminal that is closed stops the server in order, and nothing stays behind', async () => {
  using folder = tempFolder()
  const serve = `${process.execPath} ${program} serve --port 0 --store ${folder.path}/data 2>${folder.path}/log`
  const terminal = spawn('script', ['--quiet', '--command', serve, '/dev/null'], {
    env: { ...process.env, CHORUS_JWT_SECRET: testSecret, CHORUS_WORKERS: '2', CHORUS_LOG_LEVEL: 'info' },
  })
  const log = () => readFileSync(`${folder.path}/log`, { encoding: 'utf8', flag: 'a+' })
  await expect.poll(() => log().match(/"msg":"started"/g)?.length).toBe(3)
  const pids = pidsIn(log())
  terminal.kill('SIGKILL')
  await expect.poll(() => pids.filter(isRunning)).toEqual([])
  expect(log().match(/"msg":"stopped"/g)).toHaveLength(3)
})

test('CL-10: when the process above dies its workers end, whenever it was', async () => {
  await using server = await startChorusWith({ CHORUS_WORKERS: '2' })
  const started = pidsIn(server.printed)
  await server.kill()
  await expect.poll(() => started.filter(isRunning)).toEqual([])

  using folder = tempFolder()
  const settings = { CHORUS_JWT_SECRET: testSecret, CHORUS_WORKERS: '2' }
  const command = new ChorusCommand(['serve', '--port', '0', '--store', folder.path], settings)
  const children = () => childrenOf(command.pid)
  await expect.poll(() => children().length, { interval: 5 }).toBe(2)
  const starting = children()
  command.signal('SIGKILL')
  await command.exited
  await expect.poll(() => starting.filter(isRunning)).toEqual([])
})

const childrenOf = (pid: number): number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number)
  } catch {
    return []
  }
}

test('CL-10: ports of workers that are taken are one line, and nothing stays behind', async () => {
  using folder = tempFolder()
  const port = await freePort()
  const others = await Promise.all([1, 2].map((number) => listenOn(port + number)))
  try {
    for (let times = 0; times < 2; times++) {
      const { code, stderr } = await new ChorusCommand(
        ['serve', '--port', String(port), '--store', folder.path, '--log-level', 'error'],
        { CHORUS_JWT_SECRET: testSecret, CHORUS_WORKERS: '2' },
      ).exited
      expect(stderr).toMatch(
        /^chorus: worker [12], which takes a port after CHORUS_PORT: port \d+ of 127\.0\.0\.1 is taken; choose another with --port\n$/,
      )
      expect(code).toBe(1)
    }
  } finally {
    for (const other of others) other.close()
  }
})

async function listenOn(port: number) {
  const server = createServer()
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', resolve),
  )
  return server
}

test('CL-4: /readyz says ready when a worker serves, and not before or while none does', async () => {
  using folder = tempFolder()
  const port = await freePort()
  const server = { url: `http://127.0.0.1:${port}` }
  const command = new ChorusCommand(['serve', '--port', String(port), '--store', folder.path], {
    CHORUS_JWT_SECRET: testSecret,
    CHORUS_WORKERS: '2',
  })
  const ready = () => expect.poll(() => readyz(server), { interval: 10 }).toBe(200)
  // The live videos of a worker that is not back yet go to the other one a moment later.
  const expectStreams = async () => {
    using open = new DisposableStack()
    const viewers = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id) => open.use(new Viewer(server, id)))
    await expect.poll(() => viewers.every(({ text }) => text.includes('\n\n'))).toBe(true)
    expect(viewers.some(({ text }) => !text.includes('closed:'))).toBe(true)
  }
  try {
    await ready()
    await expectStreams()
    await command.printed(/Watch and comment/)
    const workers = childrenOf(command.pid)
    expect(workers).toHaveLength(2)
    for (const pid of workers) process.kill(pid, 'SIGKILL')
    await expect.poll(() => readyz(server), { interval: 5 }).toBe(503)
    await ready()
    await expectStreams()
  } finally {
    command.signal('SIGKILL')
    await command.exited
  }
})
