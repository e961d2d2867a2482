import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { constants, deflateRawSync } from 'node:zlib'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Plan, startLoad, type Watched } from '../../bench/fanout/load-process.ts'
import { compilePrograms } from '../../bench/fanout/machine/compile.ts'
import type { FanOutResults } from '../../bench/fanout/report/results.ts'
import { nchanModule } from '../../bench/fanout/servers/nchan.ts'
import { tempFolder } from '../support/temp-folder.ts'

const program = fileURLToPath(new URL('../../bench/fanout/main.ts', import.meta.url))

interface Exit {
  code: number
  stdout: string
  stderr: string
}

const run = (args: string[], env = process.env): Promise<Exit> =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })

/** What the machine lacks for a whole run; null: nothing. */
async function findMissing(): Promise<string | null> {
  using folder = tempFolder()
  try {
    nchanModule()
    await compilePrograms(folder.path)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

const missing = await findMissing()

describe.skipIf(missing !== null)('in small', () => {
  test('BF-1: bench:fanout counts every delivery of every server at the viewers, and nothing is lost', {
    timeout: 180_000,
  }, async () => {
    using folder = tempFolder()
    const args = ['--only', '1,4,5,6,8,10', '--scale', '0.01', '--output', folder.path]
    const { code, stdout, stderr } = await run(args)
    expect(code, stdout + stderr).toBe(0)
    const read = (name: string) => readFileSync(join(folder.path, name), 'utf8')
    const { watched, idle, joined, faults } = JSON.parse(read('fanout.json')) as FanOutResults
    expect(faults).toEqual([])
    const peers = ['chorus', 'nchan', 'socket.io', 'plain', 'floor']
    const serversOf = (row: number) => watched.filter((one) => one.row === row).map(({ server }) => server)
    expect(serversOf(1)).toEqual(peers)
    expect(serversOf(8)).toEqual(['chorus', 'empty-201'])
    for (const one of watched) {
      expect(one.accepted).toBeGreaterThan(0)
      expect(one.deliveries).toBe(one.accepted * (one.viewers - one.slowViewers))
      expect(one).toMatchObject({ lost: 0, repeated: 0, outOfOrder: 0, misordered: 0, failed: 0 })
    }
    expect(watched.find(({ slowViewers }) => slowViewers > 0)?.deliveries).toBeGreaterThan(0)
    expect(watched.find(({ server }) => server === 'chorus-gzip')?.compressed).toBeGreaterThan(0)
    expect(idle.map(({ server }) => server)).toEqual(peers.filter((server) => server !== 'floor'))
    for (const { joins, failed } of joined) expect([joins > 0, failed]).toEqual([true, 0])
    expect(read('fanout.md')).toContain('| Nchan | 20 viewers, 20/s |')
    expect(read('fanout.svg')).toMatch(/^<svg .*<\/svg>$/s)
  })

  describe('the load', () => {
    let load = ''
    beforeAll(async () => {
      const folder = tempFolder()
      load = (await compilePrograms(folder.path)).load
      return () => folder[Symbol.dispose]()
    })

    test('BF-2: the load sees what a server loses, repeats and brings out of order, for each viewer', async () => {
      const seen = await watchStub(load, (events, viewer) => {
        const [first = '', second = '', third = '', ...others] = events
        if (viewer === 1) return [first, ...others]
        if (viewer === 2) return [first, second, second, third, ...others]
        if (viewer === 3) return [first, third, second, ...others]
        return events
      })
      expect(seen).toMatchObject({ ready: 4, failed: 0, lost: 2, repeated: 1, outOfOrder: 1, misordered: 0 })
      expect(seen.deliveries).toBe(seen.accepted * 4 - 2 + 1)
    })

    test('BF-2: the load reads events that are cut anywhere, and compressed ones', async () => {
      const pieces = (bytes: Buffer): Buffer[] => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
      const cut = await watchStub(load, (events) => events.flatMap((event) => pieces(Buffer.from(event))))
      expect(cut).toMatchObject({ ready: 4, lost: 0, repeated: 0, outOfOrder: 0, failed: 0 })
      const deflate = (event: string) => deflateRawSync(event, { finishFlush: constants.Z_FULL_FLUSH })
      for (const toWrites of [deflate, (event: string) => pieces(deflate(event))]) {
        for (const chunked of [false, true]) {
          const compressed = await watchStub(load, (events) => events.flatMap(toWrites), {
            gzip: true,
            chunked,
          })
          expect(compressed).toMatchObject({ ready: 4, compressed: 4, lost: 0, repeated: 0, failed: 0 })
          expect(compressed.deliveries).toBe(compressed.accepted * 4)
        }
      }
    })

    test('BF-3: the load says in one line what it can’t do', async () => {
      await expect(startLoad(load, { port: 1, viewers: 1, 'stream-path': '/' })).rejects.toThrow(
        /^load: port 1: .*refused$/,
      )
      await expect(startLoad(load, { port: 1, viewers: 9_999_999 })).rejects.toThrow(/ulimit/)
      await expect(startLoad(load, { colour: 'red' })).rejects.toThrow(/a line that nobody knows: colour/)
    })
  })
})

/** What stands between the server and a viewer's socket. */
type Wire = (events: string[], viewer: number) => (string | Buffer)[]

const hello = ': hello\n\n'
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])

/** Four viewers of a server that keeps all comments until ten have come, then sends them as it is told to. */
async function watchStub(load: string, wire: Wire, { gzip = false, chunked = false } = {}): Promise<Watched> {
  const viewers: ServerResponse[] = []
  const events: string[] = []
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      response.useChunkedEncodingByDefault = chunked
      response.writeHead(200, gzip ? { 'content-encoding': 'gzip' } : {})
      if (gzip)
        response.write(
          Buffer.concat([gzipHeader, deflateRawSync(hello, { finishFlush: constants.Z_FULL_FLUSH })]),
        )
      else response.write(hello)
      viewers.push(response)
      return
    }
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    if (events.push(`data: ${body}\n\n`) === commentsToSend)
      for (const [viewer, socket] of viewers.entries())
        for (const bytes of wire(events, viewer)) await new Promise((resolve) => socket.write(bytes, resolve))
    response.writeHead(201, { 'content-length': 0 }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.closeAllConnections())
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  await using running = await startLoad<Watched>(load, planOf(port))
  return await running.run()
}

const commentsToSend = 10

const planOf = (port: number): Plan => ({
  ...{ port, viewers: 4, 'stream-path': '/', seconds: 0.095 },
  // One connection: the order of posts is then theirs.
  ...{ 'posts-path': '/', 'posts-connections': 1, 'posts-per-second': 100 },
})

test('BF-3: what bench:fanout is told is checked, and what is missing is named, in one line', async () => {
  const bare = { PATH: '/nowhere' }
  for (const [args, says, env] of [
    [['--only', '1,99'], /no "99": take of 1, 2, 3/, process.env],
    [['--peers', 'pigeon'], /no "pigeon": take of chorus, nchan/, process.env],
    [['--scale', '3'], /--scale.*a number from 0.001 to 1/, process.env],
    [['--speed', '3'], /unknown option '--speed'/, process.env],
    [['--peers', 'chorus'], /gcc libc6-dev zlib1g-dev/, bare],
    [['--peers', 'nchan'], /nginx libnginx-mod-nchan/, bare],
  ] as const) {
    const { code, stderr } = await run([...args], env)
    expect(code, stderr).toBe(2)
    expect(stderr).toMatch(says)
    expect(stderr.trim()).not.toContain('\n')
  }
})
