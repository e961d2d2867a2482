import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import type { Actor, Command, Outcome } from '../domain/command.ts'
import type { Role } from '../domain/comment.ts'
import { CommentService } from './comment-service.ts'
import type { GroupCommit } from './group-commit.ts'
import { postAllowance } from './post-limit.ts'

const actor = (id: string, role: Role = 'viewer'): Actor => ({ author: { id, name: id }, role })

/** A service that hands commands to nothing, and what it handed on. */
function setUp() {
  const submitted: Command[] = []
  const submit = async (command: Command): Promise<Outcome> => {
    submitted.push(command)
    return { kind: 'refused', code: 'comment_not_found', retryAfterMs: null }
  }
  const clock = new ManualClock()
  const service = new CommentService({
    commit: { submit } as unknown as GroupCommit,
    allowance: postAllowance({ comments: 3, windowMs: 1_000 }, clock),
    newCommentId: () => 'c',
    metrics: { committed() {}, commented() {} },
  })
  return { service, submitted }
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    ({ code }) => code,
  )

test('FS-5: what the token alone forbids is refused before it waits for the store', async () => {
  const { service, submitted } = setUp()
  for (let count = 0; count < 100; count++)
    expect(await codeOf(service.change('a', actor('eve'), { closed: true }))).toBe('not_allowed')
  expect(submitted).toEqual([])
  await codeOf(service.change('a', actor('mod', 'moderator'), { closed: true }))
  expect(submitted).toHaveLength(1)
})

test('CM-7: comments and removals of a viewer share one allowance; what moderators must remove they may', async () => {
  const { service, submitted } = setUp()
  const eve = actor('eve')
  await codeOf(service.create('a', eve, { text: 'hello' }))
  for (let count = 0; count < 2; count++)
    expect(await codeOf(service.remove('a', eve, 'c'))).toBe('comment_not_found')
  expect(await codeOf(service.remove('a', eve, 'c'))).toBe('rate_limited')
  expect(await codeOf(service.create('a', eve, { text: 'hello' }))).toBe('rate_limited')
  expect(submitted).toHaveLength(3)
  for (let count = 0; count < 10; count++)
    expect(await codeOf(service.remove('a', actor('mod', 'moderator'), 'c'))).toBe('comment_not_found')
})
