import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { authorOf } from '../support/author.ts'
import type { Addressed } from '../support/chorus-server.ts'

/** What a page has seen of a stream. */
interface Seen {
  texts: string[]
  opened: number
  errors: number
}

/** Comments on and on, each until it is accepted; returns how to stop, which resolves to what was accepted. */
export function startCommenting(server: Addressed, liveVideoId: string): () => Promise<string[]> {
  const author = authorOf(server, { sub: 'ann' })
  const accepted: string[] = []
  let over = false
  const say = async (text: string) => {
    const reply = await author.post(liveVideoId, text, { key: text.replace(' ', '-') }).catch(() => null)
    if (reply?.status === 201 || reply?.status === 200) accepted.push(text)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  const commenting = (async () => {
    while (!over) await say(`comment ${accepted.length + 1}`)
  })()
  return async () => {
    over = true
    await commenting
    return accepted
  }
}

/** A plain EventSource, as any page would write it. */
const watch = (page: Page, liveVideoId: string): Promise<void> =>
  page.evaluate((id) => {
    const seen: Seen = { texts: [], opened: 0, errors: 0 }
    const source = new EventSource(`/v1/live-videos/${id}/stream?history=200`)
    source.addEventListener('open', () => seen.opened++)
    source.addEventListener('error', () => seen.errors++)
    source.addEventListener('comment.created', ({ data }) => seen.texts.push(JSON.parse(data).text))
    Object.assign(window, { seen })
  }, liveVideoId)

const seenBy = (page: Page): Promise<Seen> => page.evaluate(() => (window as unknown as { seen: Seen }).seen)

/**
 * Watches a live video in the page while comments pour in at `server`, kills the node that serves it, and expects the
 * page to lack and repeat nothing.
 */
export async function expectSurvival(
  page: Page,
  server: Addressed,
  liveVideoId: string,
  kill: () => Promise<unknown>,
): Promise<void> {
  const stop = startCommenting(server, liveVideoId)
  await watch(page, liveVideoId)
  const received = async () => (await seenBy(page)).texts.length
  await expect.poll(received).toBeGreaterThan(20)
  await kill()
  const before = await received()
  await expect.poll(received).toBeGreaterThan(before + 20)
  const accepted = await stop()
  await expect.poll(async () => (await seenBy(page)).texts).toEqual(accepted)
  const { opened, errors } = await seenBy(page)
  expect(opened).toBeGreaterThan(1)
  expect(errors).toBeGreaterThan(0)
}

/** How the page itself came: `h2`, `http/1.1`. */
export const protocolOf = (page: Page): Promise<unknown> =>
  page.evaluate(() => performance.getEntriesByType('navigation')[0]?.toJSON().nextHopProtocol)
