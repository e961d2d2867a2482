import type { ClusterDescription } from '../cluster-description.ts'
import type { Member } from '../registry.ts'

/**
 * A member is the name of a znode, so that one request lists them all: `url=http%3A%2F%2F127.0.0.1%3A8080&roles=realtime`.
 */
export function nameOfMember({ url, roles, cluster }: Member): string {
  const parameters = new URLSearchParams({ url, roles: roles.join() })
  for (const [part, value] of Object.entries(cluster ?? {})) if (value !== null) parameters.set(part, value)
  return parameters.toString()
}

/** Null for a name that is none of a member. */
export function memberOfName(name: string): Member | null {
  const parameters = new URLSearchParams(name)
  const url = parameters.get('url')
  if (!url) return null
  const roles = (parameters.get('roles') ?? '').split(',').filter(Boolean)
  const cluster = clusterIn(parameters)
  return { url, roles, ...(cluster && { cluster }) }
}

function clusterIn(parameters: URLSearchParams): ClusterDescription | null {
  const wire = parameters.get('wire')
  return wire === null ? null : { store: parameters.get('store'), bus: parameters.get('bus'), wire }
}
