import { Calls, type Line } from '../ipc/calls.ts'
import { ipcRegistry } from './ipc-registry.ts'
import { memoryRegistry } from './memory-registry.ts'
import { describeRegistry } from './registry.contract.ts'
import { servedRegistry } from './served-registry.ts'

/** Two ends of a line in one process that copies what it carries, as the line between two does. */
function linePair(): [Line, Line] {
  const listeners: ((message: unknown) => void)[] = [() => {}, () => {}]
  const end = (own: 0 | 1): Line => ({
    send: (message) => void setImmediate(() => listeners[1 - own]?.(structuredClone(message))),
    onMessage: (listener) => {
      listeners[own] = listener
    },
    onEnd: () => {},
  })
  return [end(0), end(1)]
}

describeRegistry('the one of another process', async () => {
  const [near, far] = linePair()
  const [worker, owner] = [new Calls(near), new Calls(far)]
  const registry = memoryRegistry()
  owner.serve(
    'registry',
    servedRegistry(registry, (topic, value) => owner.note(topic, value)),
  )
  return [ipcRegistry(worker), registry]
})
