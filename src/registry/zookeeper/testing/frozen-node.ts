import { systemClock } from '../../../system.ts'
import { openZooKeeperRegistry } from '../zookeeper-registry.ts'

/** A node that can be stopped by a signal. Prints what it believes, first of all when it runs again. */
const [hosts = '', path = '', url = ''] = process.argv.slice(2)

const registry = await openZooKeeperRegistry({
  hosts,
  path,
  sessionTimeoutMs: 2_000,
  clock: systemClock,
  random: Math.random,
  report: () => {},
})
const lease = await registry.join({ url, roles: ['dispatcher'] })
const campaign = registry.campaign(url, () => {})

let printed = ''
function print(): void {
  const belief = `held ${lease.held}, leading ${campaign.leading}`
  if (belief !== printed) console.log(belief)
  printed = belief
}
print()
setInterval(print, 5)
