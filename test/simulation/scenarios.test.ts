import { expect, test } from 'vitest'
import { defaultGroupCommitOptions } from '../../src/comments/group-commit.ts'
import { defaultRealtimeOptions } from '../../src/realtime/options.ts'
import type { ViewerPlan } from './draw-viewer.ts'
import { drawPlan, type Plan } from './plan.ts'
import { noSabotage } from './sabotage.ts'
import { World } from './world.ts'

/** A world in which nothing goes wrong by itself: for what a seed finds too seldom. */
function calmWorld(more: Partial<Plan> = {}): World {
  const plan: Plan = {
    ...drawPlan(1, 'mixed'),
    liveVideos: ['a'],
    writeMs: 0,
    noticeMsMax: 0,
    highWaterMark: 0,
    store: { latencyMsMax: 0, failures: 0, replyTurnMs: 0 },
    bus: {
      sameTurn: true,
      delayMsMax: 0,
      losses: 0,
      repeats: 0,
      repeatMsMax: 0,
      strays: 0,
      refusals: 0,
    },
    commit: defaultGroupCommitOptions,
    options: defaultRealtimeOptions,
    ...more,
  }
  return new World(plan, noSabotage, true)
}

const viewer = (name: string, more: Partial<ViewerPlan> = {}): ViewerPlan => ({
  name,
  liveVideoId: 'a',
  history: 50,
  pace: null,
  from: null,
  onReset: 'read on',
  tokenMs: null,
  rate: 'all',
  authorId: null,
  ...more,
})

const ann = { author: { id: 'ann', name: 'Ann' }, role: 'viewer' as const }

test('RT-5: a viewer who reads slowly but steadily is not cut off', async () => {
  const options = { ...defaultRealtimeOptions, outboxBytesMax: 1_000, stallMs: 1_000, heartbeatMs: 1_000 }
  const world = calmWorld({ options })
  const { comments } = world.startNode()
  const slow = world.addViewer(viewer('slow', { pace: { bytesPerRead: 100, intervalMs: 100 } }))
  slow.come()
  await world.clock.runFor(1_000)
  for (let count = 0; count < 3; count++) void comments.create('a', ann, { text: 'x'.repeat(5_000) })
  await world.clock.runFor(30_000)
  expect(world.problems.found).toEqual([])
  expect(slow.transcript.complete()).toBe(true)
  expect(slow.connections).toBe(1)
})

test('RT-5: a viewer that stops reading is cut off though nobody comments', async () => {
  const options = { ...defaultRealtimeOptions, outboxBytesMax: 1_000, stallMs: 5_000, heartbeatMs: 1_000 }
  const world = calmWorld({ options })
  const node = world.startNode()
  const frozen = world.addViewer(viewer('frozen'))
  const restless = world.addViewer(viewer('restless'))
  frozen.come()
  await world.clock.runFor(1_000)
  frozen.freeze()
  for (let second = 0; second < 60; second++) {
    if (second % 2 === 0) restless.come()
    else restless.leave()
    await world.clock.runFor(1_000)
  }
  expect(world.problems.found).toEqual([])
  expect(node.realtime.viewers).toBe(0)
})

test('CM-10: a comment that comes at any moment while another one is answered is answered too', async () => {
  for (let hops = 0; hops < 12; hops++) {
    const world = calmWorld()
    const { commit } = world.startNode()
    const post = (commentId: string) =>
      commit.submit({
        kind: 'create',
        liveVideoId: 'a',
        actor: ann,
        commentId,
        text: 'x',
      })
    let answered = false
    void post('first').then(async () => {
      for (let hop = 0; hop < hops; hop++) await null
      await post('second')
      answered = true
    })
    await world.clock.runFor(1_000)
    expect(answered, `after ${hops} turns of the promise queue`).toBe(true)
  }
})
