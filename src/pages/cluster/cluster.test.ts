import { describe, expect, it } from 'vitest'
import { Cluster } from './cluster.ts'
import { dispatchOf, nodeAt } from './dispatch.testing.ts'
import { headlineOf } from './headline.ts'
import { wordsOf } from './words.ts'

/** A cluster as seen by a page whose clock the test moves. */
function seen() {
  let now = 0
  const cluster = new Cluster(() => now)
  return {
    cluster,
    look: (...dispatch: Parameters<typeof dispatchOf>) => {
      now += 1_000
      cluster.see(dispatchOf(...dispatch))
    },
    miss: () => {
      now += 1_000
      cluster.miss()
    },
    pass: (ms: number) => {
      now += ms
    },
    headline: () => headlineOf(cluster.state, cluster.nameOf, now),
    words: () => cluster.state.log.map(({ happening }) => wordsOf(happening, cluster.nameOf)),
    shown: () => cluster.state.nodes.map(({ node, presence }) => `${node.url} ${presence.kind}`),
  }
}

describe('what the page makes of what it sees', () => {
  it('CP-2: a lost node stays with its last figures for a while', () => {
    const page = seen()
    page.look(['a', 'b'], [nodeAt('a', { slots: 1 }), nodeAt('b', { slots: 1, viewers: 7 })])
    page.look(['a', 'a'])
    expect(page.shown()).toEqual(['a there', 'b gone'])
    expect(page.cluster.state.nodes[1]?.node.load.viewers).toBe(7)
    expect(page.headline()).toMatchObject({ tone: 'grave', text: 'b lost' })
    page.pass(20_000)
    page.look(['a', 'a'])
    expect(page.shown()).toEqual(['a there', 'b gone'])
    page.pass(10_000)
    page.look(['a', 'a'])
    expect(page.shown()).toEqual(['a there'])
    expect(page.headline()).toMatchObject({ tone: 'calm', text: 'One node serves everything' })
  })

  it('CP-2: slots that wait for a node are counted, and it is said when none do any more', () => {
    const page = seen()
    page.look(['a', 'b', 'b'])
    page.look(['a', 'b', 'b'], ['a'])
    expect(page.cluster.state.waiting).toBe(2)
    expect(page.headline()).toMatchObject({ tone: 'grave', detail: '2 slots wait for another node.' })
    page.look(['a', 'b', 'b'], ['a'])
    page.look(['a', 'a', 'a'])
    expect(page.words()).toEqual([
      'Every slot has a living node again, after 2 s',
      '2 slots from b to a',
      'b lost: 2 slots wait for a node',
      'Watching 2 nodes, assignment 1',
    ])
  })

  it('CP-4: a node that drained is not missed', () => {
    const page = seen()
    const draining = nodeAt('b', { slots: 1, draining: true })
    page.look(['a', 'b'], ['a', draining])
    expect(page.headline()).toMatchObject({ tone: 'moving', text: 'b is draining' })
    page.look(['a', 'a'], ['a', { ...draining, slots: 0 }])
    page.look(['a', 'a'])
    expect(page.headline().tone).toBe('calm')
    expect(page.words()[0]).toBe('b drained and left')
    page.pass(8_000)
    page.look(['a', 'a'])
    expect(page.shown()).toEqual(['a there'])
  })

  it('CP-4: what was known last stays while the gateway or the registry is silent', () => {
    const page = seen()
    page.look(['a', 'b'], ['a', 'b'], { leader: 'a' })
    page.miss()
    page.miss()
    expect(page.shown()).toEqual(['a there', 'b there'])
    expect(page.headline()).toMatchObject({ tone: 'grave', text: 'No answer from the gateway' })
    page.look(['a', 'b'], ['a', 'b'], { leader: 'a', registry: 'unreachable' })
    expect(page.headline()).toMatchObject({ tone: 'held', text: 'Serving the last assignment' })
    page.look(['a', 'b'], ['a', 'b'], { leader: null })
    expect(page.headline()).toMatchObject({ tone: 'calm' })
    page.pass(5_000)
    expect(page.headline()).toMatchObject({ tone: 'held', text: 'Nobody leads' })
    expect(page.words()).toEqual([
      'The registry answers again',
      'Nobody leads',
      'The registry does not answer',
      'The gateway answers again',
      'The gateway does not answer',
      'Watching 2 nodes, assignment 1',
    ])
  })

  it('CP-4: before anything is known it says so', () => {
    const page = seen()
    expect(page.headline()).toMatchObject({ tone: 'waiting', text: 'Looking for the cluster…' })
    page.miss()
    expect(page.headline()).toMatchObject({ tone: 'grave', detail: 'Asking again every few seconds.' })
    page.look([], ['a'])
    expect(page.headline()).toMatchObject({ tone: 'waiting', text: 'No assignment yet' })
  })

  it('CP-3: moves that follow each other are one line, and the log is bounded', () => {
    const page = seen()
    page.look(['a', 'a', 'a', 'b'])
    page.look(['a', 'a', 'b', 'b'])
    page.look(['a', 'b', 'b', 'b'])
    page.look(['c', 'b', 'b', 'b'], ['a', 'b', 'c'])
    expect(page.words()).toEqual([
      'c joined',
      '1 slot from a to c',
      '2 slots from a to b',
      'Watching 2 nodes, assignment 1',
    ])
    for (let turn = 0; turn < 200; turn++) page.look(['a'], ['a'], { leader: turn % 2 ? 'x' : 'y' })
    expect(page.cluster.state.log.length).toBe(100)
    expect(new Set(page.cluster.state.log.map(({ id }) => id)).size).toBe(100)
  })

  it('keeps two minutes of viewers, and no more', () => {
    const page = seen()
    for (let second = 0; second < 300; second++)
      page.look(['a'], [nodeAt('a', { slots: 1, viewers: second })])
    const [node] = page.cluster.state.nodes
    expect(node?.samples.length).toBe(120)
    expect(page.cluster.state.samples.at(-1)?.viewers).toBe(299)
  })
})
