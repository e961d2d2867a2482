import { html, nothing, type TemplateResult } from 'lit'
import type { Connection, EndReason } from '../../sdk/index.ts'

/** How long "Back" stands after the connection has come back. */
const backShownMs = 5_000

const labels: Record<Connection['status'], string> = {
  connecting: 'Connecting…',
  live: 'Connected',
  reconnecting: 'Reconnecting…',
  ended: 'Not connected',
}

export const connectionBadge = ({ status }: Connection): TemplateResult => html`
  <p class="connection connection-${status}" data-testid="connection" data-status=${status}>${labels[status]}</p>
`

/** What there is to say about the connection, in a bar of its own. */
export function connectionBar(connection: Connection, now: number): TemplateResult | typeof nothing {
  switch (connection.status) {
    case 'connecting':
      return nothing
    case 'reconnecting':
      return bar('lost', 'Connection lost. Reconnecting…')
    case 'live':
      return backLeftMs(connection, now) > 0 ? bar('back', backText(connection)) : nothing
    case 'ended':
      return bar('ended', endText(connection.reason))
  }
}

/** How long "Back" still stands, in milliseconds; 0: it doesn't. */
export function backLeftMs(connection: Connection, now: number): number {
  if (connection.status !== 'live' || connection.resumed === null) return 0
  return Math.max(0, connection.resumed.at + backShownMs - now)
}

const bar = (kind: string, text: string): TemplateResult => html`<p class="bar bar-${kind}">${text}</p>`

function backText({ resumed }: Connection & { status: 'live' }): string {
  if (resumed?.reset) return 'Back: the comments were loaded again'
  const missed = resumed?.missed ?? 0
  return missed === 0 ? 'Back: nothing missed' : `Back: ${missed.toLocaleString('en')} comments skipped`
}

function endText(reason: EndReason): string {
  switch (reason) {
    case 'invalid_live_video_id':
      return 'There is no live video at this address.'
    case 'token_expired':
    case 'token_invalid':
    case 'unauthenticated':
      return 'Your sign-in has run out. Open this page from the platform again.'
    case 'video_not_allowed':
    case 'not_allowed':
      return 'Your sign-in is not good for this live video.'
    default:
      return 'The comments are not available.'
  }
}
