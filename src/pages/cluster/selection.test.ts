import { expect, it } from 'vitest'
import type { Placement } from '../../protocol/dispatch.ts'
import { dispatchOf } from './dispatch.testing.ts'
import { Selection } from './selection.ts'

const placed = (liveVideoId: string, slot: number): Placement => ({
  liveVideoId,
  slot,
  nodes: [],
  streamUrl: null,
})

it('CP-5: a live video that was looked up is followed as its slot moves and as it spreads', async () => {
  const selection = new Selection(async (id) => placed(id, 1))
  await selection.find('gig')
  expect(selection.lookUp).toEqual({ kind: 'found', liveVideoId: 'gig', slot: 1 })
  expect(selection.nodes(dispatchOf(['a', 'b']))).toEqual(new Set(['b']))
  expect(selection.nodes(dispatchOf(['a', 'a']))).toEqual(new Set(['a']))
  const spread = [{ liveVideoId: 'gig', nodes: ['a', 'c'], viewers: 9 }]
  expect(selection.nodes(dispatchOf(['a', 'b'], ['a', 'b', 'c'], { spread }))).toEqual(new Set(['a', 'c']))
})

it('CP-5: it says why a live video was not found', async () => {
  const selection = new Selection(async () => 'noAnswer')
  await selection.find('not a video')
  expect(selection.lookUp).toMatchObject({ kind: 'failed', why: 'is not a LiveVideoId' })
  await selection.find('gig')
  expect(selection.lookUp).toMatchObject({ kind: 'failed', why: 'could not be looked up: no answer' })
})

it('CP-5: of two look-ups the later one counts, whichever is answered first', async () => {
  const first = Promise.withResolvers<Placement>()
  const selection = new Selection((id) => (id === 'one' ? first.promise : Promise.resolve(placed(id, 2))))
  const one = selection.find('one')
  await selection.find('two')
  first.resolve(placed('one', 1))
  await one
  expect(selection.lookUp).toMatchObject({ liveVideoId: 'two', slot: 2 })
})

it('picks one node at a time, and what is pointed at comes first', () => {
  const selection = new Selection(async (id) => placed(id, 0))
  const dispatch = dispatchOf(['a', 'b'])
  expect(selection.nodes(dispatch)).toBe(null)
  selection.pick('a')
  selection.pointAt('b')
  expect(selection.nodes(dispatch)).toEqual(new Set(['b']))
  selection.pointAt(null)
  expect(selection.nodes(dispatch)).toEqual(new Set(['a']))
  expect(selection.nodes(dispatchOf(['b', 'b']))).toBe(null)
  selection.pick('a')
  expect(selection.nodes(dispatch)).toBe(null)
})
