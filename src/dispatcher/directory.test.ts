import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { memoryRegistry } from '../registry/memory-registry.ts'
import { noLoad } from '../registry/registry.ts'
import { Directory } from './directory.ts'

const node = (url: string) => ({ url, roles: ['realtime'] })

test('FT-19: asked for the first time while the registry is away, it names the nodes that the registry told of', async () => {
  const clock = new ManualClock()
  const registry = memoryRegistry()
  let away = false
  const reading = async () => {
    if (away) throw new Error('the registry is away')
    return registry.nodes()
  }
  const directory = new Directory(
    { nodes: reading, watchMembers: (listener) => registry.watchMembers(listener) },
    clock,
    () => 0.5,
  )
  await directory.nodes()
  const lease = await registry.join(node('http://a'))
  await lease.report({ ...noLoad, viewers: 7 })
  clock.advance(5_000)
  await directory.nodes()
  await registry.join(node('http://b'))
  away = true
  clock.advance(1_000)
  const known = (await directory.nodes()).map(({ url, load }) => [url, load.viewers])
  expect(known).toEqual([
    ['http://a', 7],
    ['http://b', 0],
  ])
  directory.stop()
  expect(clock.waiting).toBe(0)
})
