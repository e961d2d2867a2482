import type { EventReader } from './store.ts'

/** How a worker reaches the store of the process that started it. */
export interface StoreCalls {
  call<T>(target: 'store', method: keyof EventReader, ...args: unknown[]): Promise<T>
}

/** The reading half of a store that another process on this machine has open. */
export const ipcReader = (calls: StoreCalls): EventReader => ({
  readEvents: (...args) => calls.call('store', 'readEvents', ...args),
  readHistoryStart: (...args) => calls.call('store', 'readHistoryStart', ...args),
  readHeads: (...args) => calls.call('store', 'readHeads', ...args),
  readAt: (...args) => calls.call('store', 'readAt', ...args),
  readLiveVideo: (...args) => calls.call('store', 'readLiveVideo', ...args),
  readStoreId: () => calls.call('store', 'readStoreId'),
  probe: () => calls.call('store', 'probe'),
})

/** What the owner of the store lets the other process call. */
export const servedReader = (store: EventReader) => ({
  readEvents: (...args: Parameters<EventReader['readEvents']>) => store.readEvents(...args),
  readHistoryStart: (...args: Parameters<EventReader['readHistoryStart']>) => store.readHistoryStart(...args),
  readHeads: (...args: Parameters<EventReader['readHeads']>) => store.readHeads(...args),
  readAt: (...args: Parameters<EventReader['readAt']>) => store.readAt(...args),
  readLiveVideo: (...args: Parameters<EventReader['readLiveVideo']>) => store.readLiveVideo(...args),
  readStoreId: () => store.readStoreId(),
  probe: () => store.probe(),
})
