import { describe, expect, it } from 'vitest'
import type { Draft, DraftStatus } from '../../sdk/draft.ts'
import { failureOf } from '../../sdk/index.ts'
import { emptyState, type LiveState } from '../../sdk/live-state.ts'
import type { IdentityState } from './identity.ts'
import { duration, noticeOf } from './notice.ts'

const now = 1_000_000
const guest: IdentityState = { kind: 'guest', name: 'Ann' }
const moderator: IdentityState = {
  kind: 'signedIn',
  by: 'platform',
  content: { author: { id: 'mo', name: 'Mo', role: 'moderator' }, role: 'moderator', expiresAt: 9e12 },
}

const draft = (status: DraftStatus): Draft => ({
  kind: 'draft',
  key: 'a',
  author: { id: 'ann', name: 'Ann' },
  text: 'hi',
  createdAt: now,
  afterSeq: 0,
  status,
  claimed: null,
})

function stateOf(
  settings: { closed?: boolean; slowModeMs?: number | null },
  drafts: Draft[] = [],
): LiveState {
  const state = emptyState({ entriesMax: 10, heldMax: 20, draftsMax: 5 })
  return {
    ...state,
    facts: { ...state.facts, settings: { closed: false, slowModeMs: null, ...settings } },
    list: { ...state.list, drafts },
  }
}

const noticeIn = (state: LiveState, extra: { identity?: IdentityState; lastSentAt?: number } = {}) =>
  noticeOf({ state, identity: guest, lastSentAt: null, failure: null, now, ...extra })

describe('the notice above the composer', () => {
  it('is silent when nothing is in the way', () => {
    expect(noticeIn(stateOf({}))).toBe(null)
  })

  it('says that comments are closed before anything else', () => {
    expect(noticeIn(stateOf({ closed: true, slowModeMs: 5_000 }))).toMatchObject({
      kind: 'closed',
      blocks: true,
    })
  })

  it('asks to sign in where guests are not taken', () => {
    const identity: IdentityState = { kind: 'signInNeeded', expired: false }
    expect(noticeIn(stateOf({}), { identity })).toMatchObject({ kind: 'signIn', blocks: true })
  })

  it('counts slow mode down from the last own comment, and lets moderators pass', () => {
    const state = stateOf({ slowModeMs: 30_000 })
    expect(noticeIn(state)).toMatchObject({ kind: 'hint', blocks: false })
    expect(noticeIn(state, { lastSentAt: now - 10_000 })).toMatchObject({
      kind: 'wait',
      blocks: true,
      until: now + 20_000,
    })
    expect(noticeIn(state, { lastSentAt: now - 30_000 })).toMatchObject({ kind: 'hint' })
    expect(noticeIn(state, { lastSentAt: now, identity: moderator })).toBe(null)
  })

  it('counts down to when a held-up comment is sent', () => {
    const waiting = draft({ kind: 'pending', wait: { code: 'rate_limited', until: now + 7_000 } })
    expect(noticeIn(stateOf({}, [waiting]))).toMatchObject({ kind: 'wait', until: now + 7_000 })
  })

  it('counts down to when a refused comment may be tried again', () => {
    const failed = draft({ kind: 'failed', failure: failureOf('slow_mode'), retryAt: now + 40_000 })
    expect(noticeIn(stateOf({}, [failed]))).toMatchObject({ kind: 'wait', until: now + 40_000 })
    const over = draft({ kind: 'failed', failure: failureOf('slow_mode'), retryAt: now - 1 })
    expect(noticeIn(stateOf({}, [over]))).toBe(null)
  })

  it('does not count down for a network that is away', () => {
    const waiting = draft({ kind: 'pending', wait: { code: 'network', until: now + 7_000 } })
    expect(noticeIn(stateOf({}, [waiting]))).toBe(null)
  })
})

it('writes durations, never 0 while something is left', () => {
  expect([1, 1_000, 59_001, 65_000].map(duration)).toEqual(['1 s', '1 s', '1:00 min', '1:05 min'])
})
