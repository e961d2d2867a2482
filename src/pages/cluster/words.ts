import type { Happening } from './history.ts'

export type NameOf = (url: string) => string

export type Tone = 'grave' | 'held' | 'good' | 'plain'

const number = new Intl.NumberFormat('en')
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

export const count = (value: number): string => number.format(Math.round(value))

/** Short from some number on: 12.4K. */
export const brief = (value: number, from = 10_000): string =>
  value < from ? count(value) : compact.format(value)

export const many = (value: number, one: string): string => `${count(value)} ${one}${value === 1 ? '' : 's'}`

export const seconds = (durationMs: number): string => `${Math.max(1, Math.round(durationMs / 1_000))} s`

const namesShownMax = 2

/** Two are named, more are counted. */
export const nodesIn = (urls: readonly string[], nameOf: NameOf): string =>
  urls.length <= namesShownMax ? urls.map(nameOf).join(' and ') : `${count(urls.length)} nodes`

/** What happened, in words. */
export function wordsOf(happening: Happening, nameOf: NameOf): string {
  switch (happening.kind) {
    case 'began':
      return `Watching ${many(happening.nodes, 'node')}, assignment ${count(happening.generation)}`
    case 'answers':
      return happening.answers ? 'The gateway answers again' : 'The gateway does not answer'
    case 'covered':
      return `Every slot has a living node again, after ${seconds(happening.afterMs)}`
    case 'joined':
      return `${nameOf(happening.url)} joined`
    case 'lost':
      return `${nameOf(happening.url)} lost${lossWords(happening, nameOf)}`
    case 'left':
      return `${nameOf(happening.url)} drained and left`
    case 'draining':
      return `${nameOf(happening.url)} is draining: ${many(happening.slots, 'slot')} to hand over`
    case 'stays':
      return `${nameOf(happening.url)} stays: it drains no longer`
    case 'reach':
      return happening.reached
        ? `The dispatcher reaches ${nameOf(happening.url)} now`
        : `The dispatcher cannot reach ${nameOf(happening.url)}: it gets no slots`
    case 'moved':
      return movedWords(happening, nameOf)
    case 'leader':
      return happening.to === null ? 'Nobody leads' : `${nameOf(happening.to)} leads`
    case 'registry':
      return happening.reachable ? 'The registry answers again' : 'The registry does not answer'
    case 'spread':
      return spreadWords(happening, nameOf)
  }
}

function lossWords({ slots, to }: Happening & { kind: 'lost' }, nameOf: NameOf): string {
  if (slots === 0) return ''
  return to.length === 0
    ? `: ${many(slots, 'slot')} wait for a node`
    : `: ${many(slots, 'slot')} to ${nodesIn(to, nameOf)}`
}

function movedWords({ slots, from, to }: Happening & { kind: 'moved' }, nameOf: NameOf): string {
  if (from.length === 0) return `${many(slots, 'slot')} given to ${nodesIn(to, nameOf)}`
  if (to.length === 0) return `${many(slots, 'slot')} taken from ${nodesIn(from, nameOf)}`
  if (from.length > namesShownMax && to.length > namesShownMax)
    return `${many(slots, 'slot')} moved between ${count(new Set([...from, ...to]).size)} nodes`
  return `${many(slots, 'slot')} from ${nodesIn(from, nameOf)} to ${nodesIn(to, nameOf)}`
}

function spreadWords({ liveVideoId, from, to }: Happening & { kind: 'spread' }, nameOf: NameOf): string {
  if (to.length === 0) return `${liveVideoId} is back on one node`
  if (from.length === 0) return `${liveVideoId} spreads over ${nodesIn(to, nameOf)}`
  if (to.length === from.length) return `${liveVideoId} is now on ${nodesIn(to, nameOf)}`
  return `${liveVideoId} ${to.length > from.length ? 'widens' : 'narrows'} to ${nodesIn(to, nameOf)}`
}

export function toneOf(happening: Happening): Tone {
  switch (happening.kind) {
    case 'lost':
      return 'grave'
    case 'answers':
      return happening.answers ? 'good' : 'grave'
    case 'registry':
      return happening.reachable ? 'good' : 'held'
    case 'leader':
      return happening.to === null ? 'held' : 'plain'
    case 'reach':
      return happening.reached ? 'good' : 'held'
    case 'covered':
    case 'joined':
      return 'good'
    default:
      return 'plain'
  }
}
