import type { Draft, Failure, LiveState } from '../../sdk/index.ts'
import type { IdentityState } from './identity.ts'

/** What stands above the composer, the most pressing first. */
export interface Notice {
  kind: 'closed' | 'signIn' | 'wait' | 'error' | 'hint'
  text: string
  /** Counts down to this, in milliseconds of `performance.now()`; null: nothing to wait for. */
  until: number | null
  /** Nothing can be sent meanwhile. */
  blocks: boolean
}

interface Situation {
  state: LiveState
  identity: IdentityState
  /** When this page last sent a comment, as `now`. */
  lastSentAt: number | null
  /** What went wrong just now, outside of any comment. */
  failure: Failure | null
  /** `performance.now()`, which no setting of the device's clock moves. */
  now: number
}

export function noticeOf(situation: Situation): Notice | null {
  return (
    closedNotice(situation) ??
    signInNotice(situation) ??
    draftNotice(situation) ??
    slowModeNotice(situation) ??
    failureNotice(situation)
  )
}

const notice = (
  kind: Notice['kind'],
  text: string,
  blocks: boolean,
  until: number | null = null,
): Notice => ({
  kind,
  text,
  until,
  blocks,
})

function closedNotice({ state }: Situation): Notice | null {
  if (state.facts.settings?.closed) return notice('closed', 'Comments are closed.', true)
  if (state.connection.status !== 'ended') return null
  return notice('closed', 'You can’t comment here.', true)
}

function signInNotice({ identity }: Situation): Notice | null {
  if (identity.kind !== 'signInNeeded') return null
  const text = identity.expired
    ? 'Your sign-in has run out. Open this page from the platform again to comment.'
    : 'To comment, sign in on the platform and open this page from there.'
  return notice('signIn', text, true)
}

function draftNotice({ state, now }: Situation): Notice | null {
  const waits = state.list.drafts.map(waitOf).filter((wait) => wait !== null)
  const [wait] = waits.filter(({ until }) => until > now).sort((a, b) => b.until - a.until)
  return wait ? notice('wait', wait.text, true, wait.until) : null
}

function waitOf({ status }: Draft): { until: number; text: string } | null {
  if (status.kind === 'pending') {
    if (!status.wait || !isLimit(status.wait.code)) return null
    return { until: status.wait.until, text: `${reasonOf(status.wait.code)} Yours is sent in` }
  }
  if (status.retryAt === null || !isLimit(status.failure.code)) return null
  return { until: status.retryAt, text: `${reasonOf(status.failure.code)} You can comment again in` }
}

const isLimit = (code: Failure['code']): boolean => code === 'slow_mode' || code === 'rate_limited'
const reasonOf = (code: Failure['code']): string =>
  code === 'slow_mode' ? 'Slow mode is on.' : 'That was a lot at once.'

function slowModeNotice({ state, identity, lastSentAt, now }: Situation): Notice | null {
  const slowModeMs = state.facts.settings?.slowModeMs ?? null
  if (slowModeMs === null) return null
  if (identity.kind === 'signedIn' && identity.content.role !== 'viewer') return null
  const until = lastSentAt === null ? 0 : lastSentAt + slowModeMs
  if (until > now) return notice('wait', 'Slow mode is on. You can comment again in', true, until)
  return notice('hint', `Slow mode is on: one comment every ${duration(slowModeMs)}.`, false)
}

const failureNotice = ({ failure }: Situation): Notice | null =>
  failure ? notice('error', failure.message, false) : null

/** `7 s`, `1:05`. Rounded up, so that it never says 0 while there is something left. */
export function duration(durationMs: number): string {
  const seconds = Math.max(0, Math.ceil(durationMs / 1_000))
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`
}
