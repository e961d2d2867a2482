import { beforeAll, expect, test } from 'vitest'
import { authorOf, postMany, readAll } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { freePort } from '../support/free-port.ts'
import { readMetric } from '../support/metrics.ts'
import { RawConnection, rawRequest } from '../support/raw-connection.ts'

const internalPort = await freePort()
const server = sharedChorus({ CHORUS_PORT_INTERNAL: String(internalPort) })
const internal = { url: `http://127.0.0.1:${internalPort}` }
const ann = authorOf(server, { sub: 'ann' })
const liveVideoId = newLiveVideoId()
const megabyte = 1_048_576

beforeAll(async () => {
  await postMany(ann, liveVideoId, 200, () => '€'.repeat(5_000))
})

const memory = () => readMetric(internal, 'process_resident_memory_bytes')

test.for([
  // A page is 128 KB here: asked for a thousand times by each, what is unread would be gigabytes.
  ['the port', `/v1/live-videos/${liveVideoId}/comments?limit=200`, 40],
  ['the port', '/openapi.json', 80],
  ['the port', '/v1/live-videos/lobby', 40],
  ['the port', '/nowhere', 40],
  ['the internal port', '/metrics', 40],
  ['the internal port', '/v1/live-videos/lobby', 40],
] as const)(
  'HT-10: clients that ask without end and read nothing take bounded memory: at %s, %s',
  async ([port, path, clients]) => {
    const target = port === 'the port' ? server : internal
    using all = new DisposableStack()
    const request = rawRequest(`GET ${path}`)
    const requests = request.repeat(Math.floor(65_536 / request.length))
    const before = await memory()
    const connections = Array.from({ length: clients }, () => all.use(new RawConnection(target, requests)))
    for (const connection of connections) connection.pause()
    await Promise.all(connections.map((connection) => connection.connected()))
    // Others are served meanwhile, and by then everything that was sent has been looked at.
    for (let count = 0; count < 20; count++) {
      await ann.comment('lobby', `comment ${count}`)
      expect(await memory()).toBeLessThan(before + 150 * megabyte)
    }
  },
)

test('CM-8: pages that are cut short by their bytes lead over all comments, once each', async () => {
  const comments = await readAll(server, liveVideoId)
  expect(comments.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
})
