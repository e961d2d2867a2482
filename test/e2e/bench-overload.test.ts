import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Kind } from '../../bench/overload/kinds.ts'
import type { Outcome, Plan } from '../../bench/overload/load/plan.ts'
import { runPlan } from '../../bench/overload/load/run.ts'
import type { OverloadResults } from '../../bench/overload/report/results.ts'
import { tempFolder } from '../support/temp-folder.ts'

type Answer = (...parts: Parameters<RequestListener>) => void

/** What the load sees of a server that gives these answers in turn. */
async function seen(kind: Kind, answers: Answer[], plan: Partial<Plan> = {}): Promise<Outcome> {
  let count = 0
  const server = createServer((request, response) => {
    request.resume()
    answers[count++ % answers.length]?.(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const { outcomes } = await runPlan({
      ...{ host: '127.0.0.1', port, liveVideos: ['a', 'b'], tokens: ['t'] },
      ...{ seconds: 0.3, arrival: 'closed', amounts: { [kind]: 1 }, deadlinesMs: {}, afterSeconds: 0 },
      ...plan,
    })
    return outcomes[kind] as Outcome
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const answer =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(status, headers).end('{}')

/** Each of them as often as the others, but for the round that was not finished. */
function expectEven(outcome: Outcome, parts: Record<string, number>, rounds: number): void {
  for (const [name, part] of Object.entries(parts)) {
    const count = outcome[name as 'accepted' | 'told' | 'failed']
    expect(count, name).toBeGreaterThanOrEqual(part * rounds)
    expect(count, name).toBeLessThanOrEqual(part * (rounds + 1))
  }
  expect(outcome.offered).toBe(outcome.accepted + outcome.told + outcome.failed)
}

test('BO-1: the load counts what is served, what is told to come back, and what is neither', async () => {
  const outcome = await seen('posts', [
    answer(201),
    answer(503, { 'retry-after': '1' }),
    answer(429, { 'retry-after': '1' }),
    answer(503),
    answer(400),
    ({ socket }) => socket.destroy(),
  ])
  const rounds = Math.floor(outcome.offered / 6)
  expect(rounds).toBeGreaterThan(3)
  expectEven(outcome, { accepted: 1, told: 2, failed: 3 }, rounds)
  expect(Object.keys(outcome.failures).sort()).toEqual(['400', '503', 'closed'])
})

const stream =
  (body: string, ends = false): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (ends) response.end(body)
    else response.write(body)
  }

test('BO-1: a viewer is served when it has its place, and told when it has a time to come back', async () => {
  const outcome = await seen('joins', [
    stream('retry: 1000\n\nid: x:1\n\n'),
    stream('retry: 1000\n\n: closed: server_stopping\n\n', true),
    stream('retry: 1000\n\n', true),
    answer(503, { 'retry-after': '1' }),
    ({ socket }) => socket.destroy(),
  ])
  const rounds = Math.floor(outcome.offered / 5)
  expect(rounds).toBeGreaterThan(3)
  expectEven(outcome, { accepted: 1, told: 2, failed: 2 }, rounds)
})

test('BO-2: arrivals wait for no answer, and are timed from the moment at which they were due', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const slow: Answer = (_, response) => void held.then(() => response.end('{}'))
  const asked = seen('reads', [slow], {
    ...{ arrival: 'open', seconds: 0.5, amounts: { reads: 200 }, deadlinesMs: { reads: 50 } },
  })
  setTimeout(() => release(), 1_000)
  const { offered, unoffered, accepted, inTime, acceptedMs } = await asked
  expect(offered + unoffered).toBeGreaterThan(50)
  expect([accepted, inTime]).toEqual([offered, 0])
  expect(acceptedMs?.max).toBeGreaterThan(500)
})

const program = fileURLToPath(new URL('../../bench/overload/main.ts', import.meta.url))
const run = (...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })

test('BO-3: bench:overload accounts for every request, alone and together, and draws what it found', async () => {
  using folder = tempFolder()
  const { code, stdout, stderr } = await run(
    ...['--mixes', 'posts,together', '--seconds', '0.3', '--factors', '0.5,2', '--output', folder.path],
  )
  expect(code, stderr).toBe(0)
  const read = (name: string) => readFileSync(join(folder.path, name), 'utf8')
  const { steps, capacities, faults } = JSON.parse(read('overload.json')) as OverloadResults
  expect(faults).toEqual([])
  expect(capacities.map(({ kind }) => kind)).toEqual(['joins', 'posts', 'reads'])
  expect(steps.map(({ mix, factor }) => `${mix} ${factor}`)).toEqual(
    ['posts', 'together'].flatMap((mix) => [`${mix} 0.5`, `${mix} 2`]),
  )
  for (const { outcomes } of steps)
    for (const { offered, accepted, inTime } of Object.values(outcomes)) {
      expect(offered).toBeGreaterThan(0)
      expect(accepted).toBeGreaterThanOrEqual(inTime)
    }
  expect(stdout).toContain('More than that')
  expect(read('overload.md')).toContain('| together, 2 × | joins |')
  expect(read('overload.svg')).toMatch(/^<svg .*<\/svg>$/s)
})

test.each([
  ['--mixes', 'everything'],
  ['--factors', '0'],
  ['--factors', '1,x'],
  ['--seconds', 'long'],
  ['--unknown'],
])('BO-4: bench:overload is told what is wrong in one line: %s %s', async (...args) => {
  const { code, stderr } = await run(...args.filter((arg) => arg !== undefined))
  expect(code).toBe(2)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})
