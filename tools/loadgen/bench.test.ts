import { afterEach, describe, expect, test } from 'vitest'
import { type BenchOptions, type BenchReport, formatReport, runBench } from './bench.ts'
import { type StubFaults, type StubServer, startStubServer } from './stub-server.testing.ts'

const small: BenchOptions = { viewers: 5, commentsPerSecond: 100, durationSeconds: 0.3, settleSeconds: 5 }
const posts = 30
const quiet = { progress() {} }

let server: StubServer | undefined
afterEach(() => server?.close())

async function bench(faults: StubFaults, options: BenchOptions = {}): Promise<BenchReport> {
  server = await startStubServer(faults)
  return await runBench({ ...small, url: server.url, ...options }, quiet)
}

describe.each([{ unchunked: true }, { unchunked: false }])('deliver, %o', (framing) => {
  test('everything that was accepted came to every viewer, once and in order', async () => {
    const report = await bench(framing)
    expect(report.faults).toEqual([])
    expect(report.viewers).toMatchObject({ asked: 5, connected: 5, failed: 0, reconnects: 0 })
    expect(report.comments).toMatchObject({ posted: posts, accepted: posts, skipped: 0 })
    expect(report.comments?.refused).toEqual({})
    expect(report.deliveries).toMatchObject({ expected: 5 * posts, received: 5 * posts, lost: 0 })
    expect(report.deliveryLatencyMs?.p50).toBeGreaterThan(0)
    expect(report.replyLatencyMs?.max).toBeGreaterThan(0)
  })

  test('what is lost, repeated or out of order is told apart', async () => {
    const deliver = (seq: number, stream: number) => {
      if (stream === 0 && seq === 3) return []
      if (stream === 1 && seq === 4) return [4, 4]
      if (stream === 2 && seq === 5) return []
      if (stream === 2 && seq === 6) return [6, 5]
      return [seq]
    }
    const report = await bench({ ...framing, deliver }, { settleSeconds: 0.1 })
    expect(report.deliveries).toMatchObject({ expected: 5 * posts, lost: 1, repeated: 1, outOfOrder: 1 })
    expect(report.ok).toBe(false)
    expect(report.faults).toEqual([
      'deliveries lost: 1',
      'deliveries repeated: 1',
      'deliveries out of order: 1',
    ])
  })

  test('a tail that never comes is lost', async () => {
    const deliver = (seq: number, stream: number) => (stream === 0 && seq > posts - 2 ? [] : [seq])
    const report = await bench({ ...framing, deliver }, { settleSeconds: 0.1 })
    expect(report.deliveries?.lost).toBe(2)
  })

  test('a viewer whose stream ends comes back from its position and lacks nothing', async () => {
    const report = await bench({ ...framing, cut: (seq, stream) => seq === 10 && stream < 2 })
    expect(report.faults).toEqual([])
    expect(report.viewers?.reconnects).toBe(2)
    expect(server?.resumed).toEqual(['stub:10', 'stub:10'])
  })
})

test('CL-6: viewers that accept gzip read it as it comes, back from a cut as well', async () => {
  const cut = (seq: number, stream: number) => seq === 10 && stream === 0
  const report = await bench({ encoding: 'gzip', cut }, { gzip: true, textBytes: 1_000 })
  expect(report.faults).toEqual([])
  expect(report.viewers).toMatchObject({ connected: 5, reconnects: 1, encodings: { gzip: 6 } })
  expect(report.deliveries).toMatchObject({ received: 5 * posts, lost: 0 })
  // A comment is a thousand bytes, of which not many are different.
  expect(report.deliveries?.bytesPerDelivery).toBeLessThan(700)
  expect(formatReport(report)).toContain('content encoding of the streams (gzip: 6)')
})

test('CL-6: gzip is accepted only when that is asked for, and the report tells what came', async () => {
  const report = await bench({ encoding: 'gzip' })
  expect(report.viewers?.encodings).toEqual({ identity: 5 })
  server?.close()
  const refused = await bench({}, { gzip: true })
  expect(refused.viewers?.encodings).toEqual({ identity: 5 })
})

test('CL-6: a viewer that is sent an encoding it did not ask for has failed', async () => {
  const report = await bench({ encoding: 'br' }, { gzip: true })
  expect(report.viewers).toMatchObject({ failed: 5, failures: { 'content-encoding br': 5 } })
})

test('CL-6: every delivery is asked for, whatever sample the server would choose', async () => {
  await bench({})
  expect(server?.asked.length).toBe(5)
  for (const path of server?.asked ?? []) expect(path).toMatch(/[?&]rate=all$/)
})

test('a viewer that is refused has failed, and the others are judged', async () => {
  const report = await bench({ streamStatus: (stream) => (stream === 2 ? 403 : 200) })
  expect(report.viewers).toMatchObject({ connected: 4, failed: 1, failures: { 'status 403': 1 } })
  expect(report.faults).toEqual(['viewers failed: 1'])
})

test('refused comments are counted by code and not expected', async () => {
  const report = await bench({ refuse: (post) => post % 3 === 0 })
  expect(report.comments).toMatchObject({ accepted: 20, refused: { rate_limited: 10 } })
  expect(report.ok).toBe(true)
})

test('idle: viewers are held and nothing is posted; the server’s memory is read on Linux', async () => {
  const isLinux = process.platform === 'linux'
  const report = await bench(
    {},
    { mode: 'idle', durationSeconds: 0.2, serverPid: isLinux ? process.pid : null },
  )
  expect(report).toMatchObject({ ok: true, comments: null, deliveries: null, viewers: { connected: 5 } })
  if (isLinux) expect(report.server?.residentBytes).toBeGreaterThan(1e6)
})

test('accept: posters post again as soon as they are answered', async () => {
  const report = await bench({}, { mode: 'accept', concurrency: 4, durationSeconds: 0.3 })
  expect(report).toMatchObject({ ok: true, viewers: null, deliveries: null })
  expect(report.comments?.accepted).toBe(report.comments?.posted)
  expect(report.comments?.acceptedPerSecond).toBeGreaterThan(50)
})

test('aborted, it reports what came until then', async () => {
  server = await startStubServer()
  const abort = new AbortController()
  const running = runBench(
    { ...small, url: server.url, durationSeconds: 600 },
    { progress: () => abort.abort() },
    abort.signal,
  )
  const report = await running
  expect(report.faults).toEqual([])
  expect(report.elapsedSeconds).toBeLessThan(60)
})

test('a server that is not there is one clear error', async () => {
  server = await startStubServer()
  server.close()
  await expect(runBench({ ...small, url: server.url }, quiet)).rejects.toThrow(
    /No server answers at .*ECONNREFUSED/,
  )
})

test('a process that cannot be read is one clear error', async () => {
  await expect(bench({}, { serverPid: 4_194_304 })).rejects.toThrow('process 4194304 cannot be read')
})

test('the report survives JSON and reads as text', async () => {
  const report = await bench({})
  expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  expect(formatReport(report)).toContain('5 of 5 connected')
  expect(formatReport(report)).toMatch(/verdict +ok$/)
})
