import type { Member } from '../registry.ts'

/**
 * A member is the name of a znode, so that one request lists them all: `url=http%3A%2F%2F127.0.0.1%3A8080&roles=realtime`.
 */
export const nameOfMember = ({ url, roles }: Member): string =>
  new URLSearchParams({ url, roles: roles.join() }).toString()

/** Null for a name that is none of a member. */
export function memberOfName(name: string): Member | null {
  const parameters = new URLSearchParams(name)
  const url = parameters.get('url')
  if (!url) return null
  return { url, roles: (parameters.get('roles') ?? '').split(',').filter(Boolean) }
}
