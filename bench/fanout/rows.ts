import type { Bench } from './bench.ts'
import type { FanOutResults } from './report/results.ts'
import { runIdle } from './runs/idle.ts'
import { runJoin } from './runs/join.ts'
import { isDisturbed, isHeld, runWatch, type WatchOrder, type WatchRun } from './runs/watch.ts'
import { type PeerName, peerNames, type ServerName } from './servers/servers.ts'

type Runs = Pick<FanOutResults, 'watched' | 'idle' | 'joined'>
type Row = (bench: Bench) => Promise<Partial<Runs>>

/** The floor keeps a number for a viewer, and nothing else. */
const waiting = peerNames.filter((name) => name !== 'floor')

/** The rows of the comparison, by number. */
const rows: Record<number, Row> = {
  1: (bench) => watchAll(bench, peers(bench), { row: 1, viewers: 2_000, rate: 20, seconds: 6 }),
  2: (bench) => watchAll(bench, peers(bench), { row: 2, viewers: 2_000, rate: 100, seconds: 6 }),
  3: saturation,
  4: async (bench) => ({
    idle: await each(peers(bench, waiting), (server) => runIdle(bench, server, 8_000)),
  }),
  5: (bench) =>
    watchAll(bench, ours(bench, ['chorus', 'chorus-gzip']), {
      row: 5,
      viewers: 2_000,
      rate: 100,
      seconds: 6,
    }),
  6: async (bench) => ({
    joined: await each(peers(bench, ['chorus', 'nchan']), (server) => runJoin(bench, server, 5)),
  }),
  7: (bench) => watchAll(bench, peers(bench, ['chorus']), { row: 7, viewers: 100, rate: 2, seconds: 20 }),
  8: (bench) =>
    watchAll(bench, ours(bench, ['chorus', 'empty-201']), {
      ...{ row: 8, viewers: 0, rate: null, seconds: 5, posters: 128, variant: '128 connections' },
    }),
  9: (bench) => {
    const order = { row: 9, server: 'chorus', rate: 10, otherRate: 50, seconds: 8 } as const
    return watchEach(bench, [
      { ...order, viewers: 0 },
      { ...order, viewers: 10_000 },
    ])
  },
  10: (bench) => {
    const order = { row: 10, server: 'chorus', viewers: 2_000, rate: 100, seconds: 6 } as const
    return watchEach(bench, [order, { ...order, slowViewers: 500, variant: '500 of them never read' }])
  },
  11: (bench) =>
    watchEach(
      bench,
      [1, 2].map((workers) => ({
        ...{ row: 11, server: 'chorus', viewers: 10_000, rate: 150, seconds: 5 },
        ...{ workers, shared: true, variant: `${workers} ${workers === 1 ? 'worker' : 'workers'}` },
      })),
    ),
}

export const rowNumbers = Object.keys(rows).map(Number)

/** Runs what was asked for, one after the other. */
export async function runRows(bench: Bench): Promise<Runs> {
  const runs: Runs = { watched: [], idle: [], joined: [] }
  for (const number of bench.options.only) {
    const { watched = [], idle = [], joined = [] } = (await rows[number]?.(bench)) ?? {}
    runs.watched.push(...watched)
    runs.idle.push(...idle)
    runs.joined.push(...joined)
  }
  return runs
}

const saturatingViewers = 10_000
const ourRates = [250, 300]
/** Comments a second, raised until the server no longer keeps up. */
const peerRates: Record<Exclude<PeerName, 'chorus'>, number[]> = {
  nchan: [8, 10, 12, 14, 16],
  'socket.io': [3, 4, 5, 6, 7],
  plain: [6, 8, 10, 12, 14],
  floor: [12, 15, 18, 21, 24],
}

async function saturation(bench: Bench): Promise<Partial<Runs>> {
  const order = { row: 3, viewers: saturatingViewers }
  const { watched = [] } = await watchEach(
    bench,
    ours(bench, ['chorus', 'chorus-gzip']).flatMap((server) =>
      ourRates.map((rate) => ({ ...order, server, rate, seconds: 5 })),
    ),
  )
  for (const server of peers(bench).filter((name) => name !== 'chorus'))
    watched.push(...(await raise(bench, peerRates[server], { ...order, server, seconds: 3 })))
  return { watched }
}

async function raise(bench: Bench, rates: number[], order: Omit<WatchOrder, 'rate'>): Promise<WatchRun[]> {
  const runs: WatchRun[] = []
  for (const rate of rates) {
    let run = await runWatch(bench, { ...order, rate })
    // A server that lost its core to something else is asked once more.
    if (!isHeld(run) && isDisturbed(run)) run = await runWatch(bench, { ...order, rate })
    runs.push(run)
    if (!isHeld(run)) break
  }
  return runs
}

const peers = ({ options }: Bench, of: readonly PeerName[] = peerNames): PeerName[] =>
  of.filter((name) => options.peers.includes(name))

/** Chorus in several forms, and what only it is held against. */
const ours = ({ options }: Bench, names: readonly ServerName[]): readonly ServerName[] =>
  options.peers.includes('chorus') ? names : []

const watchAll = (bench: Bench, names: readonly ServerName[], order: Omit<WatchOrder, 'server'>) =>
  watchEach(
    bench,
    names.map((server) => ({ ...order, server })),
  )

const watchEach = async (bench: Bench, orders: readonly WatchOrder[]): Promise<Partial<Runs>> => ({
  watched: await each(orders, (order) => runWatch(bench, order)),
})

async function each<From, To>(all: readonly From[], run: (one: From) => Promise<To>): Promise<To[]> {
  const results: To[] = []
  for (const one of all) results.push(await run(one))
  return results
}
