import type { Role } from '../../sdk/index.ts'

/** What the address of the watch page asks for. */
export interface WatchAddress {
  liveVideoId: string
  /** A video of one's own to play; null: the drawn stage. */
  videoUrl: string | null
  /** The role to ask a demo server for. */
  role: Role
  /** The token that the platform handed in; null: none. */
  token: string | null
  /** The address without the token, for the address bar and the history. */
  cleanUrl: string
}

export function readAddress(href: string): WatchAddress {
  const url = new URL(href)
  const query = url.searchParams
  const fragment = new URLSearchParams(url.hash.slice(1))
  const token = fragment.get('token')
  if (token !== null) {
    fragment.delete('token')
    url.hash = fragment.toString()
  }
  return {
    liveVideoId: query.get('v') || 'lobby',
    videoUrl: playable(query.get('src'), url),
    role: readRole(query.get('role')),
    token: token || null,
    cleanUrl: url.href,
  }
}

function playable(src: string | null, base: URL): string | null {
  if (!src || !URL.canParse(src, base)) return null
  const url = new URL(src, base)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null
}

const readRole = (role: string | null): Role => (role === 'moderator' || role === 'host' ? role : 'viewer')
