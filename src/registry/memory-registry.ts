import type { NodeEntry, NodeRegistry } from './registry.ts'

/** The registry of one process. */
export function memoryRegistry(): NodeRegistry {
  const entries = new Map<string, NodeEntry>()
  return {
    async join(node) {
      if (entries.has(node.url)) throw new Error(`another node is registered as ${node.url}`)
      entries.set(node.url, { ...node, load: { viewers: 0, liveVideos: [] } })
      return {
        async report(load) {
          if (entries.has(node.url)) entries.set(node.url, { ...node, load })
        },
        async leave() {
          entries.delete(node.url)
        },
      }
    },
    async nodes() {
      return [...entries.values()].sort((a, b) => a.url.localeCompare(b.url))
    },
    async close() {
      entries.clear()
    },
  }
}
