import { sharedZooKeeper } from '../../../test/support/backends/zookeeper.ts'
import { systemClock } from '../../system.ts'
import { describeRegistry } from '../registry.contract.ts'
import { openZooKeeperRegistry, type ZooKeeperOptions } from './zookeeper-registry.ts'

const zooKeeper = sharedZooKeeper()

let paths = 0
const newPath = () => `/test/${++paths}`

const open = (path: string, more: Partial<ZooKeeperOptions> = {}) =>
  openZooKeeperRegistry({
    hosts: zooKeeper.address,
    path,
    sessionTimeoutMs: 2_000,
    clock: systemClock,
    random: Math.random,
    report: (error) => console.log('reported', error),
    ...more,
  })

describeRegistry('ZooKeeper', async () => {
  const path = newPath()
  return [await open(path), await open(path)]
})
