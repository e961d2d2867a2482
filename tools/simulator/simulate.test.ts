import { expect, test } from 'vitest'
import { drawReport } from './chart/draw-report.ts'
import { SimulationOptionsError } from './options.ts'
import { formatReport, type Paint } from './print/format-report.ts'
import { runSimulation, type SimulationReport } from './simulate.ts'

const small = { nodes: 40, videos: 20_000, viewers: 800_000, mega: 80_000, spreadAbove: 5_000, minutes: 5 }
const report = runSimulation(small)

const withoutMeasured = ({ measured: _, ...rest }: SimulationReport) => rest

test('SM-1: the same seed gives the same report, another one another', () => {
  expect(withoutMeasured(runSimulation(small))).toEqual(withoutMeasured(report))
  const other = runSimulation({ ...small, seed: 2 })
  expect(other.moments.imbalance).not.toEqual(report.moments.imbalance)
  expect(JSON.parse(JSON.stringify(report))).toEqual(report)
})

test('SM-2: a node that is lost or drains moves its own slots, and no others', () => {
  const left = report.incidents.filter(({ what }) => what !== 'joined')
  expect(left.map(({ name }) => name)).toEqual([
    'a node is lost',
    'one in a hundred is lost',
    'a node drains',
  ])
  for (const { ownSlots, ownSlotsMoved, otherSlotsMoved } of left) {
    expect(ownSlots).toBeGreaterThan(0)
    expect([ownSlotsMoved, otherSlotsMoved]).toEqual([ownSlots, 0])
  }
})

test('SM-2: a node that joins gets a fair share of the viewers, and one that drains is empty in the end', () => {
  for (const { what, secondsToSettle } of report.incidents)
    if (what !== 'lost') expect(secondsToSettle).toBeLessThanOrEqual(60)
})

test('SM-3: at rest the busiest node has at most 1.25 times the mean, and writes follow nodes, not viewers', () => {
  expect(report.imbalance.atRestMax).toBeLessThanOrEqual(1.25)
  const [fewer, more] = report.registry
  expect(more?.viewers).toBe(10 * (fewer?.viewers ?? 0))
  expect(more?.reportsPerSecond).toBe(fewer?.reportsPerSecond)
  expect(more?.documentsPerSecond).toBeLessThan(2)
  expect(report.targets.every(({ met }) => met)).toBe(true)
  expect(report.ok).toBe(true)
})

test('SM-4: nobody is lost on the way: after a loss all viewers sit again', () => {
  const lostAt = report.incidents[0]?.second ?? 0
  const { viewers } = report.moments
  expect(viewers[lostAt]).toBeLessThan((viewers[lostAt - 2] ?? 0) - (report.incidents[0]?.viewers ?? 0) / 2)
  expect(viewers[lostAt + 30]).toBeGreaterThan((viewers[lostAt - 2] ?? 0) * 0.98)
})

test('SM-5: firehose brings everything to every node, video only what is watched there', () => {
  const comments = report.world.commentsPerSecond
  for (const { carrier, seating, eventsPerSecond, waste, deliveriesPerSecond } of report.modes) {
    expect(waste).toBeGreaterThanOrEqual(0)
    expect(waste).toBeLessThan(1)
    expect(eventsPerSecond.mean).toBeLessThanOrEqual(comments * 1.000001)
    expect(deliveriesPerSecond).toBeGreaterThanOrEqual(comments * 0.999)
    if (carrier === 'redis firehose') expect(eventsPerSecond.mean).toBeCloseTo(comments, 6)
    if (carrier === 'redis video' && seating === 'hash') expect(waste).toBeCloseTo(0, 9)
  }
  const waste = (carrier: string, seating: string) =>
    report.modes.find((mode) => mode.carrier === carrier && mode.seating === seating)?.waste ?? 0
  expect(waste('redis firehose', 'hash')).toBeGreaterThan(0.9)
  expect(waste('dispatched', 'dispatcher')).toBeLessThan(0.01)
})

test('SM-5: a Dispatcher and a hash keep a live video on one node; without them its viewers sit on many', () => {
  const nodes = Object.fromEntries(
    report.modes.map(({ seating, nodesPerLiveVideo }) => [seating, nodesPerLiveVideo]),
  )
  expect(nodes.hash).toBe(1)
  expect(nodes.dispatcher).toBeLessThan(1.02)
  expect(nodes.anywhere).toBeGreaterThan(3)
})

test.each([
  [{ nodes: 2 }, /^nodes: /],
  [{ viewers: 'many' }, /^viewers: /],
  [{ viewers: 1_000, mega: 501 }, /^mega: more than half/],
  [{ seed: 1.5 }, /^seed: /],
  [{ speed: 3 } as object, /speed/],
])('SM-6: %j is refused in one line', (options, reason) => {
  expect(() => runSimulation(options)).toThrow(SimulationOptionsError)
  expect(() => runSimulation(options)).toThrow(reason)
})

test('SM-7: the text says every figure with its unit, and whether the targets are met, in lines that fit', () => {
  const text = formatReport(report)
  for (const words of [
    '800,000 viewers on 40 realtime nodes',
    'events/s',
    'SUBSCRIBE',
    'writes/s',
    '✔ met',
    'Assumed:',
  ])
    expect(text.toLowerCase()).toContain(words.toLowerCase().replace('subscribe', 'subscribes/s'))
  expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/)
  expect(text.split('\n').filter((line) => line.length > 112)).toEqual([])
  const failed = { ...report, targets: report.targets.map((target) => ({ ...target, met: false })) }
  const paint: Paint = (ink, words) => (ink === 'bad' ? `<bad>${words}</bad>` : words)
  expect(formatReport(failed, paint)).toContain('<bad>✘ not met</bad>')
})

test('SM-7: the picture is one SVG without a script, light and dark', () => {
  const picture = drawReport(report)
  expect(picture).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*>.*<\/svg>$/s)
  expect(picture).not.toMatch(/NaN|undefined|Infinity|<script|href/)
  expect(picture).toContain('prefers-color-scheme: dark')
  const open = picture.match(/<[a-z]+(?=[^>]*[^/]>)[^>]*>/g)?.length
  expect(picture.match(/<\/[a-z]+>/g)?.length).toBe(open)
})
