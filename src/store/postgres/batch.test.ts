import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedPostgres } from '../../../test/support/backends/postgres.ts'
import { type TempFolder, tempFolder } from '../../../test/support/temp-folder.ts'
import type { Command, Outcome } from '../../domain/command.ts'
import type { Role } from '../../domain/comment.ts'
import { openEmbeddedStore } from '../embedded/embedded-store.ts'
import type { CommentStore } from '../store.ts'
import { openPostgresStore } from './postgres-store.ts'

const pg = sharedPostgres()
let folder: TempFolder
let [oneByOne, inBatches]: CommentStore[] = []

beforeAll(async () => {
  folder = tempFolder()
  oneByOne = await openEmbeddedStore(folder.path)
  inBatches = await openPostgresStore(await pg.createDatabase(), { answerMsMax: 30_000 })
})
afterAll(async () => {
  await Promise.all([oneByOne?.close(), inBatches?.close()])
  folder[Symbol.dispose]()
})

const videos = ['a', 'b']
const keys = ['k', 'l', undefined]
/** Comments are named by when they were made in their live video, counted from the newest. */
const named = fc.nat({ max: 3 })

/** What may become a command once it is known what was made before it. */
const step = fc.record({
  kind: fc.constantFrom('create', 'create', 'remove', 'change'),
  video: fc.constantFrom(...videos),
  author: fc.constantFrom('ann', 'ben'),
  role: fc.constantFrom<Role[]>('viewer', 'viewer', 'moderator'),
  key: fc.constantFrom(...keys),
  replies: fc.boolean(),
  named,
  closed: fc.constantFrom(true, false, false, false, undefined),
  /** So long that it is not over before the test is. */
  slowModeMs: fc.constantFrom(3_600_000, null, undefined),
  pins: fc.constantFrom('comment', 'none', undefined),
})

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

let runs = 0

/** Ids of its own for each run, so that all runs share the stores. */
function toCommands(steps: Step[]): Command[] {
  const run = `run${++runs}`
  const madeIn: Record<string, string[]> = Object.fromEntries(videos.map((video) => [video, []]))
  let commentCount = 0
  return steps.map((one): Command => {
    const actor = { author: { id: one.author, name: 'N' }, role: one.role }
    const base = { liveVideoId: `${run}-${one.video}`, actor }
    const made = madeIn[one.video] ?? []
    const target = made.at(-1 - one.named) ?? 'unknown'
    if (one.kind === 'change') return { ...base, kind: 'change', ...changesOf(one, target) }
    if (one.kind === 'remove') return { ...base, kind: 'remove', commentId: target }
    const commentId = `${run}-${commentCount++}`
    made.push(commentId)
    return { ...base, kind: 'create', commentId, text: `text ${commentId}`, ...extrasOf(one, target) }
  })
}

const extrasOf = ({ key, replies }: Step, target: string) => ({
  ...(replies && { replyTo: target }),
  ...(key && { idempotencyKey: key }),
})

const changesOf = ({ closed, slowModeMs, pins }: Step, target: string) => ({
  ...(closed !== undefined && { closed }),
  ...(slowModeMs !== undefined && { slowModeMs }),
  ...(pins && { pinnedCommentId: pins === 'none' ? null : target }),
})

async function append(
  store: CommentStore | undefined,
  commands: Command[],
  sizes: number[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (let done = 0, batch = 0; done < commands.length; batch++) {
    const size = sizes[batch % sizes.length] ?? 1
    outcomes.push(...((await store?.append(commands.slice(done, done + size))) ?? []))
    done += size
  }
  return outcomes
}

async function contents(store: CommentStore | undefined, ids: string[]) {
  return Promise.all(
    ids.map(async (id) => [
      await store?.readEvents(id, 0, 100),
      await store?.readComments(id, { kind: 'newest', limit: 100 }),
      await store?.readLiveVideo(id),
      await store?.readHistoryStart(id, 3),
    ]),
  )
}

/** Epochs are random, and each store has a clock of its own. */
const own = ['epoch', 'at', 'headAt', 'createdAt', 'retryAfterMs']
const comparable = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (name, part) => (own.includes(name) && part !== null ? name : part)))

test('ST-6: commands have the same outcomes however they are cut into batches, and in whichever store', async () => {
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
    fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 5 }),
    async (steps, sizes) => {
      const commands = toCommands(steps)
      const told = await append(inBatches, commands, sizes)
      expect(comparable(told)).toEqual(comparable(await append(oneByOne, commands, [1])))
      const ids = [...new Set(commands.map(({ liveVideoId }) => liveVideoId))]
      expect(comparable(await contents(inBatches, ids))).toEqual(comparable(await contents(oneByOne, ids)))
    },
  )
  await fc.assert(property, { numRuns: 60 })
})
