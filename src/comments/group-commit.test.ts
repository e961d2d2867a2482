import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import type { Command, Outcome } from '../domain/command.ts'
import { ChorusError } from '../domain/errors.ts'
import type { LiveVideoEvent } from '../domain/event.ts'
import { defaultGroupCommitOptions, GroupCommit, type GroupCommitOptions } from './group-commit.ts'

const command = (commentId: string, author = 'ann'): Command => ({
  kind: 'remove',
  liveVideoId: 'a',
  actor: { author: { id: author, name: author }, role: 'viewer' },
  commentId,
})

/** A store that commits when it is told to. */
const few: GroupCommitOptions = {
  ...defaultGroupCommitOptions,
  batchMax: 3,
  waitingMax: 5,
  authorWaitingMax: 5,
}

function setUp(options = few) {
  const clock = new ManualClock()
  const batches: { ids: string[]; done: PromiseWithResolvers<Outcome[]> }[] = []
  const published: LiveVideoEvent[] = []
  const store = {
    append(commands: Command[]) {
      const done = Promise.withResolvers<Outcome[]>()
      batches.push({ ids: commands.map((each) => (each.kind === 'remove' ? each.commentId : '')), done })
      return done.promise
    },
  }
  const metrics = { committed: () => {}, commented: () => {} }
  const bus = { publish: (events: LiveVideoEvent[]) => void published.push(...events) }
  const commit = new GroupCommit(store, bus, clock, metrics, options)
  const settle = async () => {
    clock.advance(0)
    await new Promise(setImmediate)
  }
  return { commit, clock, batches, published, settle }
}

const outcome = (seq: number): Outcome => ({
  kind: 'appended',
  events: [{ type: 'comment.pinned', commentId: null, liveVideoId: 'a', epoch: 'e0e0', seq, at: 0 }],
})

test('CM-10: what comes while one transaction commits goes into the next, in order', async () => {
  const { commit, batches, settle } = setUp()
  const first = commit.submit(command('1'))
  await settle()
  const later = ['2', '3', '4', '5'].map((id) => commit.submit(command(id)))
  await settle()
  expect(batches.map(({ ids }) => ids)).toEqual([['1']])
  batches[0]?.done.resolve([outcome(1)])
  await settle()
  expect(batches.map(({ ids }) => ids)).toEqual([['1'], ['2', '3', '4']])
  batches[1]?.done.resolve([outcome(2), outcome(3), outcome(4)])
  await settle()
  batches[2]?.done.resolve([outcome(5)])
  expect(await Promise.all([first, ...later])).toEqual([1, 2, 3, 4, 5].map(outcome))
})

test('CM-10: events are published when they are stored, and in the order of the log', async () => {
  const { commit, batches, published, settle } = setUp()
  const done = [commit.submit(command('1')), commit.submit(command('2'))]
  await settle()
  expect(published).toEqual([])
  batches[0]?.done.resolve([outcome(1), outcome(2)])
  await Promise.all(done)
  expect(published.map(({ seq }) => seq)).toEqual([1, 2])
})

test('CM-10: when a transaction fails all who share it are told, and the next one goes on', async () => {
  const { commit, batches, settle, published } = setUp()
  const failed = [commit.submit(command('1')), commit.submit(command('2'))]
  const told = Promise.allSettled(failed)
  await settle()
  const next = commit.submit(command('3'))
  batches[0]?.done.reject(new ChorusError('store_unavailable'))
  expect((await told).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await settle()
  batches[1]?.done.resolve([outcome(1)])
  await expect(next).resolves.toEqual(outcome(1))
  expect(published).toHaveLength(1)
})

test('CM-12: who has waited long for a transaction that fails is refused with it, who has just come is not', async () => {
  const { commit, clock, batches, settle } = setUp()
  const first = commit.submit(command('1'))
  await settle()
  const tired = commit.submit(command('2'))
  const refused = Promise.allSettled([first, tired])
  clock.advance(1_000)
  const fresh = commit.submit(command('3'))
  batches[0]?.done.reject(new ChorusError('store_unavailable'))
  expect((await refused).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await settle()
  expect(batches.map(({ ids }) => ids)).toEqual([['1'], ['3']])
  batches[1]?.done.resolve([outcome(1)])
  await expect(fresh).resolves.toEqual(outcome(1))
})

test('CM-11: more than may wait are refused at once, and told to come back', async () => {
  const { commit, batches, settle } = setUp()
  const authors = ['ann', 'ben', 'cleo', 'dan', 'eve']
  const waiting = authors.map((author, index) => commit.submit(command(String(index), author)))
  await expect(commit.submit(command('over', 'fay'))).rejects.toMatchObject({
    code: 'overloaded',
    retryAfterMs: 1_000,
  })
  await settle()
  batches[0]?.done.resolve([outcome(1), outcome(2), outcome(3)])
  await settle()
  batches[1]?.done.resolve([outcome(4), outcome(5)])
  await Promise.all(waiting)
})

test('RT-9: idle waits for what is under way', async () => {
  const { commit, batches, settle } = setUp()
  await commit.idle()
  const submitted = commit.submit(command('1'))
  let idle = false
  const waiting = commit.idle().then(() => {
    idle = true
  })
  await settle()
  expect(idle).toBe(false)
  batches[0]?.done.resolve([outcome(1)])
  await Promise.all([submitted, waiting])
})

test('FS-5: an author who fills the queue is told so, and all others have their place in the next transaction', async () => {
  const { commit, batches, settle } = setUp({ ...few, batchMax: 4, waitingMax: 8, authorWaitingMax: 6 })
  const flood = Array.from({ length: 10 }, (_, index) => commit.submit(command(`flood ${index}`, 'flood')))
  const told = Promise.allSettled(flood)
  const others = ['ann', 'ben', 'cleo'].map((author) => commit.submit(command(author, author)))
  await settle()
  // Of ten six may wait, and one of them makes room for the last to come.
  expect(batches.map(({ ids }) => ids)).toEqual([['flood 0', 'ann', 'ben', 'cleo']])
  batches[0]?.done.resolve([1, 2, 3, 4].map(outcome))
  expect(await Promise.all(others)).toEqual([2, 3, 4].map(outcome))
  await settle()
  batches[1]?.done.resolve([5, 6, 7, 8].map(outcome))
  const refused = (await told).flatMap((each, index) =>
    each.status === 'rejected' ? [[index, each.reason.code]] : [],
  )
  expect(refused).toEqual([5, 6, 7, 8, 9].map((index) => [index, 'rate_limited']))
})

test('FS-9: commands that have waited too long behind more than a transaction takes are refused, not stored', async () => {
  const { commit, clock, batches, settle } = setUp({
    ...few,
    waitingMax: 100,
    patience: { waitMsMax: 100, aheadMin: 3 },
  })
  const refused: string[] = []
  const submit = (id: string) =>
    commit
      .submit(command(id, `author ${id}`))
      .catch((error: ChorusError) => refused.push(`${id} ${error.code}`))
  const all = [submit('1')]
  await settle()
  for (const id of ['2', '3', '4', '5', '6', '7']) all.push(submit(id))
  clock.spend(101)
  for (const id of ['8', '9']) all.push(submit(id))
  batches[0]?.done.resolve([{ kind: 'unchanged' } as unknown as Outcome])
  await settle()
  // The first three had fewer before them; those that came late have waited for nothing yet.
  expect(refused).toEqual([])
  expect(batches[1]?.ids).toEqual(['2', '3', '4'])
  batches[1]?.done.resolve(Array(3).fill({ kind: 'unchanged' }))
  await settle()
  expect(refused).toEqual(['5 overloaded', '6 overloaded', '7 overloaded'])
  expect(batches[2]?.ids).toEqual(['8', '9'])
  batches[2]?.done.resolve(Array(2).fill({ kind: 'unchanged' }))
  await settle()
  await Promise.all(all)
  expect(batches).toHaveLength(3)
})
