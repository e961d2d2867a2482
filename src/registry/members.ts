import type { Member } from './registry.ts'

/** By code units: every node must sort alike, whatever its language. */
export const byUrl = (a: Member, b: Member): number => (a.url < b.url ? -1 : a.url > b.url ? 1 : 0)
