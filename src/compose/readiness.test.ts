import { expect, test } from 'vitest'
import { allRoles, type Config } from '../config/config.ts'
import { parseConfig, type Values } from '../config/parse-config.ts'
import { readinessChecks } from './readiness.ts'

const cluster: Values = {
  CHORUS_JWT_SECRET: 's'.repeat(32),
  CHORUS_STORE: 'postgres://db/chorus',
  CHORUS_REGISTRY: 'zookeeper://zk/chorus',
  CHORUS_BUS: 'dispatched:',
}
const hashed: Values = { ...cluster, CHORUS_REGISTRY: 'memory:', CHORUS_BUS: 'redis://redis?mode=video' }

/** The names of the checks that fail when nothing is there. */
async function failing(config: Config): Promise<string[]> {
  const checks = readinessChecks({
    config,
    store: null,
    registry: { connected: false },
    places: { knowsNodes: false },
    stopping: () => false,
    registered: () => false,
    placed: () => false,
    workersServe: () => false,
  })
  const results = await Promise.allSettled(checks.map(async ({ check }) => check()))
  return checks.flatMap(({ name }, index) => (results[index]?.status === 'rejected' ? [name] : []))
}

test.each<[string, Values, string[]]>([
  ['one process', {}, []],
  ['one with workers', { CHORUS_WORKERS: '2' }, ['workers']],
  ['a gateway', { ...cluster, CHORUS_ROLES: 'gateway' }, ['nodes']],
  ['a dispatcher', { ...cluster, CHORUS_ROLES: 'dispatcher' }, ['registration', 'registry']],
  ['a realtime node', { ...cluster, CHORUS_ROLES: 'realtime' }, ['registration', 'placement']],
  ['a comments node', { ...cluster, CHORUS_ROLES: 'comments' }, ['registration']],
  // What goes on without the registry is not taken out because of it.
  ['a gateway with others', { ...cluster, CHORUS_ROLES: 'comments,dispatcher,gateway' }, ['nodes']],
  ['all roles on a registry', { ...cluster, CHORUS_ROLES: allRoles.join() }, []],
  ['the front of a hash deployment', { ...hashed, CHORUS_ROLES: 'comments,gateway' }, []],
  ['a realtime node of a hash deployment', { ...hashed, CHORUS_ROLES: 'realtime' }, []],
])('HT-13: what %s needs to be ready', async (_, values, names) => {
  expect(await failing(parseConfig(values))).toEqual(names)
})
