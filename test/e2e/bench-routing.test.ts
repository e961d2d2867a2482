import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { noSockets } from '../../bench/routing/measure/sockets.ts'
import { publish } from '../../bench/routing/report/publish.ts'
import type { RoutingResults, WayResult } from '../../bench/routing/report/results.ts'
import { hashed } from '../../bench/routing/routes.ts'
import { zipf } from '../../bench/routing/zipf.ts'
import { tempFolder } from '../support/temp-folder.ts'

const program = fileURLToPath(new URL('../../bench/routing/main.ts', import.meta.url))

interface Exit {
  code: number
  stdout: string
  stderr: string
}

const run = (...args: string[]): Promise<Exit> =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })

const small = ['--seconds', '1', '--viewers', '60', '--rate', '40']

// It looks at connections with a tool that is not everywhere.
describe.skipIf(noSockets !== null)('in small', () => {
  test('BR-1: bench:routing loses nothing in any way, and dispatched events reach no node that has no use for them', {
    timeout: 300_000,
  }, async () => {
    using folder = tempFolder()
    const args = [...small, '--modes', 'redis-video,dispatched', '--output', folder.path]
    const { code, stdout, stderr } = await run(...args)
    expect(code, stderr).toBe(0)
    const read = (name: string) => readFileSync(join(folder.path, name), 'utf8')
    const { ways, faults } = JSON.parse(read('routing.json')) as RoutingResults
    expect(faults).toEqual([])
    expect(ways.map(({ mode, route }) => `${mode} ${route}`)).toEqual([
      'dispatched clerk',
      'redis-video hash',
      'redis-video any',
    ])
    for (const way of ways) expectWhole(way)
    const [dispatched, , anyNode] = ways as [WayResult, WayResult, WayResult]
    expectNoWaste(dispatched)
    expect(dispatched.steady.nodesPerLiveVideo).toBe(1)
    expect(anyNode.steady.nodesPerLiveVideo).toBeGreaterThan(1)
    expect(stdout).toContain('nothing lost')
    expect(read('routing.md')).toContain('| dispatched | clerk |')
    expect(read('routing.svg')).toMatch(/^<svg .*<\/svg>$/s)
  })
})

function expectWhole({ steady, verdict }: WayResult): void {
  expect(steady.events).toBeGreaterThan(0)
  expect(steady.reached).toBeGreaterThan(0)
  expect(verdict.expected).toBeGreaterThan(0)
  expect(verdict).toMatchObject({ lost: 0, repeated: 0, outOfOrder: 0, resets: 0 })
}

/** At most one in a hundred; of forty events one is more than that. */
function expectNoWaste({ steady: { realtime, reached } }: WayResult): void {
  expect(realtime.received - reached).toBeLessThanOrEqual(Math.max(1, reached / 100))
}

test('BR-2: what bench:routing is told is checked, and told in one line', async () => {
  for (const [flag, value, says] of [
    ['--modes', 'dispatched,carrier-pigeon', /no "carrier-pigeon": take of dispatched, redis-firehose/],
    ['--seconds', '0', /--seconds.*whole number from 1 to 600/],
    ['--viewers', 'many', /--viewers.*whole number from 20 to 10000/],
    ['--speed', '3', /unknown option '--speed'/],
  ] as const) {
    const { code, stderr } = await run(flag, value)
    expect(code).toBe(2)
    expect(stderr).toMatch(says)
    expect(stderr).not.toMatch(/^\s+at /m)
  }
})

test('BR-3: live videos are drawn by Zipf’s law, and hashed so that a node more or less moves no more than its share', () => {
  const draw = zipf(1_000)
  const counts = Array.from({ length: 1_000 }, () => 0)
  for (let index = 0; index < 100_000; index++) {
    const rank = draw()
    counts[rank] = (counts[rank] ?? 0) + 1
  }
  expect((counts[0] ?? 0) / (counts[9] ?? 1)).toBeGreaterThan(7)
  expect((counts[0] ?? 0) / (counts[9] ?? 1)).toBeLessThan(14)
  const node = (number: number) => ({ number, url: `http://node-${number}` })
  const [four, five] = [4, 5].map((count) => hashed(() => Array.from({ length: count }, (_, at) => node(at))))
  const ids = Array.from({ length: 1_000 }, (_, index) => `video-${index}`)
  const moved = ids.filter((id) => four?.(id) !== five?.(id))
  expect(moved.every((id) => five?.(id) === 'http://node-4')).toBe(true)
  expect(moved.length).toBeGreaterThan(120)
  expect(moved.length).toBeLessThan(280)
})

test('BR-4: published results take the place of those that stood on the page', () => {
  const page = 'before\n<!-- results -->\nold\n<!-- /results -->\nafter\n'
  const once = publish(page, 'new')
  expect(once).toBe('before\n<!-- results -->\n\nnew\n\n<!-- /results -->\nafter\n')
  expect(publish(once, 'new')).toBe(once)
  expect(() => publish('a page', 'new')).toThrow(/no place for results/)
})
