import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { FanOut } from './fan-out.ts'
import { Frame } from './frame.ts'
import type { Entry } from './ring.ts'
import { selectAll } from './selection.ts'

const frameBytesMax = 100
const sliceMs = 4
const holdMsMax = 2_000
const entry = (seq: number, size = 10): Entry => ({
  seq,
  at: 0,
  isComment: true,
  authorId: 'ann',
  always: false,
  bytes: Buffer.alloc(size, seq),
})

/** `writeMs` passes with each write, as on a machine that is slow enough to see it. */
function setUp(
  viewerCount: number,
  writeMs: number,
  gatherMs = 0,
  select = selectAll(frameBytesMax),
  extendable = false,
) {
  const clock = new ManualClock()
  const viewers = new Set(Array.from({ length: viewerCount }, (_, index) => index))
  const writes: { viewer: number; seqs: number[]; at: number }[] = []
  const written: Frame[] = []
  const deliver = (viewer: number, frame: Frame) => {
    clock.spend(writeMs)
    writes.push({ viewer, seqs: frame.entries.map(({ seq }) => seq), at: clock.now() })
  }
  const fanOut = new FanOut<number>({
    viewers,
    clock,
    sliceMs,
    holdMsMax,
    makeFrame(pending, isHeldLong) {
      const selected = select(pending, isHeldLong)
      return selected && new Frame({ ...selected, epoch: 'e', viewers: viewers.size })
    },
    extendFrame(frame, pending) {
      if (!extendable) return null
      const entries = [...frame.entries, ...pending.splice(0)]
      return new Frame({ entries, shown: null, epoch: 'e', viewers: viewers.size })
    },
    extendMs: 0,
    deliver,
    written: (frame) => written.push(frame),
    gatherMs: () => gatherMs,
  })
  return { clock, viewers, writes, written, fanOut }
}

test('RT-16: events of one turn share one write', () => {
  const { clock, writes, fanOut } = setUp(2, 0)
  for (const seq of [1, 2, 3]) fanOut.add(entry(seq))
  clock.advance(0)
  expect(writes.map(({ viewer, seqs }) => [viewer, seqs])).toEqual([
    [0, [1, 2, 3]],
    [1, [1, 2, 3]],
  ])
})

test('RT-16: a quiet channel waits for nothing', () => {
  const { clock, writes, fanOut } = setUp(1, 0)
  for (const seq of [1, 2, 3]) {
    fanOut.add(entry(seq))
    clock.advance(0)
    expect(writes.at(-1)?.seqs).toEqual([seq])
    clock.advance(1_000)
  }
})

test('RT-16: what comes before the gathering is over goes into one frame, counted from the start of the last', () => {
  const { clock, written, writes, fanOut } = setUp(10, 1, 100)
  fanOut.add(entry(1))
  clock.advance(50)
  fanOut.add(entry(2))
  clock.advance(40)
  fanOut.add(entry(3))
  clock.advance(1_000)
  expect(written.map(({ afterSeq, lastSeq }) => [afterSeq, lastSeq])).toEqual([
    [0, 1],
    [1, 3],
  ])
  const startOf = (seq: number) => writes.find(({ seqs }) => seqs[0] === seq)?.at ?? 0
  expect(startOf(2) - startOf(1)).toBe(100)
})

test('RT-16: when writing takes longer than gathering may, others have a turn before the next frame', () => {
  const { clock, writes, fanOut } = setUp(100, 10, 100)
  fanOut.add(entry(1))
  clock.advance(0)
  fanOut.add(entry(2))
  clock.advance(5_000)
  const finished = writes.findLast(({ seqs }) => seqs[0] === 1)?.at ?? 0
  expect(writes.find(({ seqs }) => seqs[0] === 2)?.at).toBe(finished + 250 + 10)
})

test('RT-16: what comes while a frame is written goes to those who had not had their turn, and to the others next', () => {
  const { clock, writes, written, fanOut } = setUp(200, 1, 0, selectAll(10_000), true)
  fanOut.add(entry(1))
  clock.advance(100)
  fanOut.add(entry(2))
  clock.advance(1_000)
  const [early, late] = [
    writes.filter(({ viewer }) => viewer === 0),
    writes.filter(({ viewer }) => viewer === 199),
  ]
  expect(early.map(({ seqs }) => seqs)).toEqual([[1], [2]])
  expect(late.map(({ seqs }) => seqs)).toEqual([[1, 2], [2]])
  // The second round brings the late ones nothing new: who writes to them knows their position.
  expect(written.map(({ lastSeq }) => lastSeq)).toEqual([1, 2])
})

test('RT-20: events of which none is to be shown wait for more, but not for ever', () => {
  const selectThird = (pending: Entry[], isHeldLong: boolean) =>
    pending.length < 3 && !isHeldLong ? null : { entries: pending.splice(0), shown: new Set([3]) }
  const { clock, written, fanOut } = setUp(1, 0, 100, selectThird)
  fanOut.add(entry(1))
  clock.advance(500)
  fanOut.add(entry(2))
  clock.advance(500)
  expect(written).toHaveLength(0)
  fanOut.add(entry(3))
  clock.advance(100)
  expect(written.map(({ lastSeq }) => lastSeq)).toEqual([3])
  fanOut.add(entry(4))
  clock.advance(holdMsMax - 1)
  expect(written).toHaveLength(1)
  clock.advance(200)
  expect(written.map(({ lastSeq }) => lastSeq)).toEqual([3, 4])
})

test('RT-17: no slice holds the event loop for long, and between slices others have their turn', () => {
  const { clock, writes, fanOut } = setUp(200, 0.1)
  let turns = 0
  const others = () => {
    turns++
    clock.after(1, others)
  }
  fanOut.add(entry(1))
  clock.after(0, others)
  clock.advance(30)
  expect(writes).toHaveLength(200)
  expect(turns).toBeGreaterThan(2)
})

test('RT-16: frames are bounded in bytes, and a single larger event still goes', () => {
  const { clock, written, fanOut } = setUp(1, 0)
  for (const [seq, size] of [
    [1, 60],
    [2, 60],
    [3, 500],
    [4, 1],
  ] as const)
    fanOut.add(entry(seq, size))
  clock.advance(10)
  expect(written.map(({ entries }) => entries.map(({ seq }) => seq))).toEqual([[1], [2], [3], [4]])
})

test('RT-6: clearing throws away what waits and what is half written', () => {
  const { clock, writes, fanOut } = setUp(200, 1)
  fanOut.add(entry(1))
  clock.advance(0)
  const before = writes.length
  fanOut.add(entry(2))
  fanOut.clear()
  clock.advance(10_000)
  expect(writes).toHaveLength(before)
})
