import { cpus } from 'node:os'
import { noKafka } from '../../test/support/backends/kafka.ts'
import { type PostgresServer, startPostgres } from '../../test/support/backends/postgres.ts'
import { checkOpenFileLimit } from '../../tools/loadgen/measure/open-files.ts'
import { noSockets } from './measure/sockets.ts'
import { type Mode, type ModeName, modes } from './modes.ts'
import type { RoutingOptions } from './options.ts'
import { runWay, type WayParts } from './phases/way.ts'
import { measurePlacement } from './placement-speed.ts'
import { findFaults } from './report/faults.ts'
import type { RoutingResults, WayResult } from './report/results.ts'
import { realtimeCount, Stand } from './stand/stand.ts'

const liveVideosCount = 1_000

/** Runs one mode after the other. @throws Error in one line when this machine lacks something */
export async function compare(
  options: RoutingOptions,
  progress: (text: string) => void,
  signal: AbortSignal,
): Promise<RoutingResults> {
  requireServers(options.modes)
  await checkOpenFileLimit(options.viewers)
  const startedAt = new Date().toISOString()
  progress('placement')
  const placement = measurePlacement()
  const ways: WayResult[] = []
  await using postgres = await startPostgres()
  for (const name of options.modes)
    ways.push(...(await runMode(name, postgres, { options, progress, signal })))
  const { seconds, viewers, rate: commentsPerSecond } = options
  return {
    ...{ startedAt, seconds, viewers, commentsPerSecond, liveVideos: liveVideosCount },
    ...{ realtimeNodes: realtimeCount, cores: cpus().length, ways, placement, faults: findFaults(ways) },
  }
}

function requireServers(names: readonly ModeName[]): void {
  const missing = noSockets ?? (names.some((name) => name.startsWith('kafka')) ? noKafka : null)
  if (missing !== null) throw new Error(missing)
}

interface Surroundings extends Pick<WayParts, 'options' | 'signal'> {
  progress: (text: string) => void
}

async function runMode(
  name: ModeName,
  postgres: PostgresServer,
  { options, progress, signal }: Surroundings,
): Promise<WayResult[]> {
  const mode: Mode = modes[name]
  const tell = (what: string) => {
    signal.throwIfAborted()
    progress(`${mode.title}: ${what}`)
  }
  tell('servers and nodes start')
  await using stand = await Stand.start(mode, await postgres.createDatabase())
  const liveVideoIds = Array.from({ length: liveVideosCount }, (_, rank) => `video-${rank + 1}`)
  const routes = stand.clerk ? (['clerk'] as const) : (['hash', 'any'] as const)
  const results: WayResult[] = []
  for (const [index, route] of routes.entries()) {
    const watch = (what: string) => tell(`${route}: ${what}`)
    results.push(
      await runWay({ name, mode, route, first: index === 0, stand, options, liveVideoIds, watch, signal }),
    )
  }
  return results
}
