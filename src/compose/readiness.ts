import type { Config, Role } from '../config/config.ts'
import { isHashed } from '../config/fit.ts'
import { ChorusError } from '../domain/errors.ts'
import type { ReadinessCheck } from '../http/readiness.ts'
import type { NodeRegistry } from '../registry/registry.ts'
import type { Directions } from './directions.ts'
import type { Store } from './engines.ts'

export interface ReadinessDeps {
  config: Config
  store: Store | null
  registry: Pick<NodeRegistry, 'connected'>
  places: Pick<Directions, 'knowsNodes'>
  stopping: () => boolean
  /** Whether this node has been registered since its start. */
  registered: () => boolean
  /** Whether the assignment names this node, or there is none. */
  placed: () => boolean
  /** Whether a worker of this process serves streams. */
  workersServe: () => boolean
}

/** What each role needs to be of use; a balancer leaves out the process whose list fails. */
export function readinessChecks(deps: ReadinessDeps): ReadinessCheck[] {
  const { config, store, registry, places, stopping, registered, placed, workersServe } = deps
  const has = (role: Role) => config.roles.includes(role)
  const isClustered = config.registry.kind !== 'memory'
  const servesAlone = has('comments') && (has('realtime') || isHashed(config))
  const checks: [applies: boolean, ReadinessCheck][] = [
    [true, { name: 'running', check: () => failIf(stopping(), new ChorusError('stopping')) }],
    [store !== null, { name: 'store', check: () => checkStore(store, has('comments')) }],
    [
      config.workers > 1,
      {
        name: 'workers',
        check: () => failIf(!workersServe(), new ChorusError('node_unreachable', 'no worker serves yet')),
      },
    ],
    // A gateway is of use before others know of it; other nodes are asked for nothing until then.
    [
      isClustered && !has('gateway'),
      { name: 'registration', check: () => failIf(!registered(), 'this node is not registered yet') },
    ],
    [
      isClustered && has('realtime') && !has('gateway'),
      {
        name: 'placement',
        check: () =>
          failIf(!placed(), 'the dispatcher gives this node nothing: it may not reach it at CHORUS_NODE_URL'),
      },
    ],
    [
      has('gateway') && !servesAlone,
      { name: 'nodes', check: () => failIf(!places.knowsNodes, 'no comments or realtime node is known') },
    ],
    // With other roles in the process it would take those out, too, while all of them go on without the registry.
    [
      isClustered && config.roles.join() === 'dispatcher',
      { name: 'registry', check: () => failIf(!registry.connected, 'the registry does not answer') },
    ],
  ]
  return checks.flatMap(([applies, check]) => (applies ? [check] : []))
}

async function checkStore(store: Store | null, writes: boolean): Promise<void> {
  if (writes) await store?.comments?.checkWritable()
  else await store?.reader.probe()
}

function failIf(fails: boolean, reason: string | Error): void {
  if (fails) throw typeof reason === 'string' ? new Error(reason) : reason
}
