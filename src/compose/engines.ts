import type { Bus } from '../bus/bus.ts'
import { memoryBus } from '../bus/memory-bus.ts'
import type { Config } from '../config/config.ts'
import type { Calls } from '../ipc/calls.ts'
import { ipcRegistry } from '../registry/ipc-registry.ts'
import { memoryRegistry } from '../registry/memory-registry.ts'
import type { NodeRegistry } from '../registry/registry.ts'
import { openEmbeddedStore } from '../store/embedded/embedded-store.ts'
import { ipcReader } from '../store/ipc-reader.ts'
import type { CommentStore, EventReader } from '../store/store.ts'

export interface Store {
  reader: EventReader
  /** Null in a process that only reads. */
  comments: CommentStore | null
  close(): Promise<void>
}

/**
 * The store, or null where no role needs one. A worker reads what only one process can open through its parent.
 * @param failed told when the store broke in a way that only a new process can mend
 */
export async function openStore(
  { store, roles }: Config,
  parent: Calls | null,
  failed: (error: Error) => void,
): Promise<Store | null> {
  if (!roles.includes('comments') && !roles.includes('realtime')) return null
  if (store.kind === 'embedded' && parent)
    return { reader: ipcReader(parent), comments: null, close: async () => {} }
  const opened =
    store.kind === 'embedded' ? await openEmbeddedStore(store.folder, failed) : await nothingYet()
  return { reader: opened, comments: opened, close: () => opened.close() }
}

export async function openRegistry({ registry }: Config, parent: Calls | null): Promise<NodeRegistry> {
  if (registry.kind === 'memory') return parent ? ipcRegistry(parent) : memoryRegistry()
  return nothingYet()
}

export async function openBus({ bus }: Config): Promise<Bus> {
  switch (bus.kind) {
    case 'memory':
      return memoryBus()
    default:
      return nothingYet()
  }
}

async function nothingYet(): Promise<never> {
  throw new Error('not yet')
}
