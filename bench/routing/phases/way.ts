import { signToken } from '../../../test/support/tokens.ts'
import { randomWord } from '../../../tools/loadgen/options.ts'
import { PostTimes } from '../../../tools/loadgen/posting/post-times.ts'
import { Authors } from '../feed/authors.ts'
import { Feed } from '../feed/feed.ts'
import type { Mode, ModeName } from '../modes.ts'
import type { RoutingOptions } from '../options.ts'
import type { RouteName, WayResult } from '../report/results.ts'
import { anywhere, hashed, type Route } from '../routes.ts'
import type { Stand } from '../stand/stand.ts'
import { moveNodes } from './moving.ts'
import { measure, type Run } from './run.ts'
import { scroll, visitCold } from './scrolling.ts'

const warmUpSecondsMax = 5
/** Of each second of the steady stretch: how long the others are, and the rests between nodes that come and go. */
const [restMsPerSecond, scrollMsPerSecond, coldMsPerSecond] = [250, 300, 400]

export interface WayParts {
  name: ModeName
  mode: Mode
  route: RouteName
  /** Whether it is the first of this stand: then everything is looked at. */
  first: boolean
  stand: Stand
  options: RoutingOptions
  liveVideoIds: readonly string[]
  watch(what: string): void
  signal: AbortSignal
}

/** Looks at one way through all its phases. */
export async function runWay(parts: WayParts): Promise<WayResult> {
  const { name, mode, route, stand } = parts
  const run = randomWord()
  const times = new PostTimes(run)
  const token = signToken({ sub: 'author', name: 'Author', videos: '*' })
  const authors = new Authors({ urls: stand.commentsUrls, token, run, times })
  const newFeed = (viewers: number) =>
    new Feed({ route: routeOf(route, stand), times, liveVideoIds: parts.liveVideoIds, viewers })
  try {
    const watched = newFeed(parts.options.viewers)
    const talking = await runTalk(parts, { stand, feed: watched, authors, signal: parts.signal })
    const arriving = await runArrivals(parts, { stand, feed: newFeed(0), authors, signal: parts.signal })
    const refused = Object.fromEntries(authors.refused)
    return {
      mode: name,
      title: mode.title,
      route,
      ...talking,
      ...arriving,
      verdict: watched.verdict,
      refused,
    }
  } finally {
    authors.close()
  }
}

async function runTalk({ mode, first, options, watch }: WayParts, run: Run) {
  const { feed, authors, signal } = run
  const { seconds, rate } = options
  const talk = (forSeconds: number) => authors.talk(feed, forSeconds * rate, rate, signal)
  const talkAnywhere = () => authors.talkAnywhere(feed, (seconds * rate) / 2, rate, signal)
  const look = lookWith(run, watch)
  try {
    watch('viewers come')
    await feed.open(signal)
    await talk(Math.min(seconds, warmUpSecondsMax))
    return {
      steady: await look('steady', () => talk(seconds)),
      anywhere: first ? await look('comments on anything', talkAnywhere) : null,
      moving:
        first && mode.moves
          ? await look('nodes come and go', () => moveNodes(run, rate, seconds * restMsPerSecond))
          : null,
    }
  } finally {
    await feed.close()
  }
}

async function runArrivals({ first, options: { seconds }, watch }: WayParts, run: Run) {
  const { feed, signal } = run
  const look = lookWith(run, watch)
  try {
    return {
      scrolling: await look('scrolling', () => scroll(feed, seconds * scrollMsPerSecond, signal)),
      cold: first
        ? await look('first viewers', () => visitCold(feed, seconds * coldMsPerSecond, signal))
        : null,
    }
  } finally {
    await feed.close()
  }
}

const lookWith = (run: Run, watch: WayParts['watch']) => (what: string, act: () => Promise<void>) => {
  watch(what)
  return measure(run, act)
}

function routeOf(name: RouteName, stand: Stand): Route {
  const nodes = () => stand.realtime
  switch (name) {
    case 'clerk':
      return (liveVideoId) => stand.clerk?.clerk.pick(liveVideoId) ?? null
    case 'hash':
      return hashed(nodes)
    case 'any':
      return anywhere(nodes)
  }
}
