import type { Clock } from '../../../src/domain/time.ts'
import { describeRegistry } from '../../../src/registry/registry.contract.ts'
import { NodeProcess } from '../node-process.ts'
import { SeededRandom } from '../random.ts'
import { RegistryServer } from './registry-server.ts'
import { RegistryView } from './registry-view.ts'
import type { RegistryWeather } from './weather.ts'

/** Here the registry's callers wait for it themselves: every delay is one turn. */
const nextTurn: Clock = {
  now: () => 0,
  elapsed: () => 0,
  after: (_delayMs, run) => {
    const immediate = setImmediate(run)
    return () => clearImmediate(immediate)
  },
}

const weather: RegistryWeather = {
  leaseMs: 1_000,
  latencyMsMax: 1,
  watchDelayMsMax: 1,
  reconnectMsMax: 1,
  knowsTime: true,
  writesForAnyone: false,
}

describeRegistry('simulated', async () => {
  const server = new RegistryServer(nextTurn, weather.leaseMs)
  const open = async (name: string) => {
    const process = new NodeProcess(name, nextTurn)
    const view = new RegistryView({ server, process, clock: nextTurn, random: new SeededRandom(1), weather })
    await view.link.opened
    return view
  }
  return [await open('here'), await open('there')]
})
