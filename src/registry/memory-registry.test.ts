import { memoryRegistry } from './memory-registry.ts'
import { describeRegistry } from './registry.contract.ts'

describeRegistry('memory', async () => {
  const registry = memoryRegistry()
  return [registry, registry]
})
