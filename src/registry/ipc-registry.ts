import { Latest } from './latest.ts'
import type { Campaign, Lease, Member, NodeRegistry, RegistryDocument, Versioned } from './registry.ts'
import type { ServedRegistry } from './served-registry.ts'

/** How a worker reaches the registry of the process that started it. */
export interface RegistryCalls {
  call<T>(target: 'registry', method: keyof ServedRegistry, ...args: unknown[]): Promise<T>
  onNote(topic: string, listener: (value: unknown) => void): void
  /** Whether the other process is gone. */
  readonly ended: boolean
}

/** The registry that another process on this machine has open. */
export function ipcRegistry(calls: RegistryCalls): NodeRegistry {
  const members = followed<Member[]>(calls, 'members', () => calls.call('registry', 'watchMembers'))
  const documents = new Map<string, RegistryDocument>()
  let closed = false
  const isOpen = () => !closed && !calls.ended
  let candidacies = 0
  return {
    get connected() {
      return isOpen()
    },
    async join(member) {
      const { url } = member
      await calls.call('registry', 'join', member)
      return leaseOf(calls, url, isOpen)
    },
    nodes: () => calls.call('registry', 'nodes'),
    watchMembers: members,
    document(name) {
      const document = documents.get(name) ?? documentOf(calls, name)
      documents.set(name, document)
      return document
    },
    campaign: (candidate, listener) => campaignOf(calls, `${candidate}#${++candidacies}`, isOpen, listener),
    async close() {
      closed = true
      await calls.call('registry', 'end')
    },
  }
}

function leaseOf(calls: RegistryCalls, url: string, isOpen: () => boolean): Lease {
  let left = false
  const isHeld = () => !left && isOpen()
  return {
    get held() {
      return isHeld()
    },
    report: async (load) => void (isHeld() && (await calls.call('registry', 'report', url, load))),
    async leave() {
      if (!isHeld()) return
      left = true
      await calls.call('registry', 'leave', url)
    },
  }
}

function documentOf(calls: RegistryCalls, name: string): RegistryDocument {
  return {
    read: () => calls.call('registry', 'readDocument', name),
    write: (text, version) => calls.call('registry', 'writeDocument', name, text, version),
    watch: followed<Versioned>(calls, `document ${name}`, () =>
      calls.call('registry', 'watchDocument', name),
    ),
  }
}

function campaignOf(
  calls: RegistryCalls,
  candidacy: string,
  isOpen: () => boolean,
  listener: (leading: boolean) => void,
): Campaign {
  let leading = false
  calls.onNote(`campaign ${candidacy}`, (value) => {
    leading = value === true
    listener(leading)
  })
  const stood = calls.call('registry', 'campaign', candidacy)
  return {
    get leading() {
      return leading && isOpen()
    },
    async resign() {
      leading = false
      if (!isOpen()) return
      await stood
      await calls.call('registry', 'resign', candidacy)
    },
  }
}

/** Asks for the notes of a topic when the first one watches it. */
function followed<T>(calls: RegistryCalls, topic: string, ask: () => Promise<void>) {
  const latest = new Latest<T>()
  let asked = false
  calls.onNote(topic, (value) => latest.set(value as T))
  return (listener: (value: T) => void) => {
    // Whoever asks in vain has lost the other process, and with it everything.
    if (!asked) ask().catch(() => {})
    asked = true
    return latest.watch(listener)
  }
}
