import { createHmac, timingSafeEqual } from 'node:crypto'

const label = 'chorus cluster key'

/**
 * The `Authorization` header by which the nodes of a cluster know each other: a key derived from the secret that they
 * share, so that the secret itself never travels.
 */
export const clusterAuthorization = (secret: string): string =>
  `Chorus ${createHmac('sha256', secret).update(label).digest('base64url')}`

/** Compares in a time that says nothing about how much of a guess was right. */
export function isAuthorization(given: string | undefined, wanted: string): boolean {
  const [left, right] = [Buffer.from(given ?? ''), Buffer.from(wanted)]
  return left.length === right.length && timingSafeEqual(left, right)
}
