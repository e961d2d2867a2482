import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { startGateway } from '../../src/gateway/testing/gateway-server.ts'
import { answerJson, type NodeServer, openStream, startNode } from '../../src/gateway/testing/node-server.ts'
import { quickHeartbeatsHeader } from '../../src/protocol/forwarding.ts'
import { startHaproxy } from '../support/backends/haproxy.ts'
import { startNginx } from '../support/backends/nginx.ts'
import type { Addressed } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { Viewer } from '../support/viewer.ts'

type Front = Addressed & AsyncDisposable

/** nginx before a gateway that names the node. */
async function startAccel(url: string): Promise<Front> {
  const gateway = await startGateway({ mode: 'accel', owner: () => url, nodes: { comments: [url] } })
  const nginx = await startNginx('nginx.conf', { gateways: [gateway.url] })
  return {
    url: nginx.url,
    async [Symbol.asyncDispose]() {
      await nginx[Symbol.asyncDispose]()
      await gateway[Symbol.asyncDispose]()
    },
  }
}

const fronts: [string, (nodeUrl: string) => Promise<Front>][] = [
  ['nginx with accel', startAccel],
  ['nginx that hashes', (url) => startNginx('nginx-hash.conf', { realtime: [url], comments: [url] })],
  ['HAProxy', (url) => startHaproxy({ realtime: [{ id: 1, url }], comments: [url] })],
]

/** The longest silence of a node that lives. */
const silenceMs = 4_000
const floodBytes = 30_000_000

/** Says of a live video what its name says. */
const startActors = (): Promise<NodeServer> =>
  startNode(({ path }, response) => {
    if (!path.includes('/stream')) return answerJson(response, 200, {})
    openStream(response)
    if (path.includes('/speaking/')) every(silenceMs, () => response.write(': still here\n\n'), response)
    // A node writes no heartbeats behind bytes that wait.
    if (path.includes('/flooding/')) response.write(Buffer.alloc(floodBytes, ': words\n'))
  })

function every(ms: number, run: () => void, until: NodeJS.EventEmitter): void {
  const timer = setInterval(run, ms)
  until.once('close', () => clearInterval(timer))
}

/** Takes nothing for longer than a frozen node is given, and then as much as comes. @returns how many bytes came */
async function readLate(front: Addressed): Promise<number> {
  const viewer = connect(Number(new URL(front.url).port), '127.0.0.1').pause()
  viewer.write('GET /v1/live-videos/flooding/stream HTTP/1.1\r\nhost: x\r\n\r\n')
  await sleep(8_000)
  let bytes = 0
  for await (const part of viewer) {
    bytes += (part as Buffer).length
    if (bytes > floodBytes) break
  }
  return bytes
}

describe.concurrent.for(fronts)('%s', ([, start]) => {
  test('LB-12: a silent node is given up after some seconds, one that speaks and a slow viewer are not', async ({
    expect,
  }) => {
    await using node = await startActors()
    await using front = await start(node.url)
    using silent = new Viewer(front, 'silent')
    using speaking = new Viewer(front, 'speaking')
    const late = readLate(front)
    await expect.poll(() => silent.isCutOff, { timeout: 12_000 }).toBe(true)
    await expect.poll(() => speaking.asides.length, { timeout: 3 * silenceMs }).toBeGreaterThan(1)
    expect([speaking.connections, speaking.ended]).toEqual([1, false])
    expect(await late).toBeGreaterThan(floodBytes)
  }, 40_000)

  test('LB-12: quick heartbeats are asked for streams and nothing else, whatever the client says', async ({
    expect,
  }) => {
    await using node = await startActors()
    await using front = await start(node.url)
    using viewer = new Viewer(front, 'silent')
    await expect.poll(() => viewer.retries).toEqual([2_000])
    const headers = { [quickHeartbeatsHeader]: 'mine' }
    await send(front, 'GET', '/v1/live-videos/silent', { headers })
    const asked = node.requests.filter(({ path }) => path.includes('/silent'))
    expect(asked.map((request) => request.headers[quickHeartbeatsHeader])).toEqual(['1', undefined])
  })
})
