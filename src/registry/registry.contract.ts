import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NodeRegistry } from './registry.ts'

/** What every NodeRegistry guarantees. */
export function describeRegistry(name: string, open: () => Promise<NodeRegistry>): void {
  describe(`NodeRegistry: ${name}`, () => {
    let registry: NodeRegistry

    beforeEach(async () => {
      registry = await open()
    })
    afterEach(() => registry.close())

    const urls = async () => (await registry.nodes()).map(({ url }) => url)
    const node = (port: number) => ({ url: `http://127.0.0.1:${port}`, roles: ['realtime'] })

    test('RG-1: a node is there from joining to leaving', async () => {
      const second = await registry.join(node(2))
      await registry.join(node(1))
      await expect.poll(urls).toEqual(['http://127.0.0.1:1', 'http://127.0.0.1:2'])
      await second.leave()
      await expect.poll(urls).toEqual(['http://127.0.0.1:1'])
    })

    test('RG-2: what a node reports is what the others see', async () => {
      const lease = await registry.join(node(1))
      const load = { viewers: 7, liveVideos: [{ liveVideoId: 'a', viewers: 7 }] }
      await lease.report(load)
      await expect.poll(() => registry.nodes()).toEqual([{ ...node(1), load }])
    })

    test('RG-3: no two nodes have one URL', async () => {
      const lease = await registry.join(node(1))
      await expect(registry.join(node(1))).rejects.toThrow(/another node is registered/)
      await lease.leave()
      await registry.join(node(1))
    })

    test('RG-4: a report after leaving brings nobody back', async () => {
      const lease = await registry.join(node(1))
      await lease.leave()
      await lease.report({ viewers: 1, liveVideos: [] })
      expect(await urls()).toEqual([])
    })
  })
}
