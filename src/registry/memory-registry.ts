import { Latest } from './latest.ts'
import { byUrl } from './members.ts'
import {
  type Campaign,
  type Lease,
  type Member,
  type NodeEntry,
  type NodeRegistry,
  noLoad,
  type RegistryDocument,
  type Versioned,
} from './registry.ts'

/** The registry of one process. */
export function memoryRegistry(): NodeRegistry {
  const nodes = memoryNodes()
  const documents = memoryDocuments()
  const election = memoryElection()
  let open = true
  return {
    get connected() {
      return open
    },
    ...nodes,
    document: documents.named,
    campaign: election.campaign,
    async close() {
      open = false
      nodes.end()
      election.end()
      documents.end()
    },
  }
}

function memoryNodes() {
  const entries = new Map<string, NodeEntry>()
  const members = new Latest<Member[]>([])
  const changed = () => members.set([...entries.values()].map(({ load: _, ...member }) => member).sort(byUrl))

  async function join({ url, roles, ...more }: Member): Promise<Lease> {
    if (entries.has(url)) throw new Error(`another node is registered as ${url}`)
    const entry: NodeEntry = { url, roles: [...roles], ...more, load: noLoad }
    const held = () => entries.get(url) === entry
    entries.set(url, entry)
    changed()
    return {
      get held() {
        return held()
      },
      async report(load) {
        if (held()) entry.load = load
      },
      async leave() {
        if (!held()) return
        entries.delete(url)
        changed()
      },
    }
  }
  return {
    join,
    nodes: async () => [...entries.values()].map((entry) => ({ ...entry })).sort(byUrl),
    watchMembers: (listener: (members: Member[]) => void) => members.watch(listener),
    end() {
      members.end()
      entries.clear()
    },
  }
}

function memoryDocuments() {
  const documents = new Map<string, Latest<Versioned>>()
  return {
    named(name: string): RegistryDocument {
      const latest = documents.get(name) ?? new Latest<Versioned>()
      documents.set(name, latest)
      return memoryDocument(latest)
    },
    end() {
      for (const latest of documents.values()) latest.end()
    },
  }
}

function memoryDocument(latest: Latest<Versioned>): RegistryDocument {
  return {
    read: async () => latest.value,
    async write(text, version) {
      if ((latest.value?.version ?? null) !== version) return false
      latest.set({ text, version: (version ?? 0) + 1 })
      return true
    },
    watch: (listener) => latest.watch(listener),
  }
}

/** Whoever stood first leads. */
function memoryElection() {
  const candidates = new Set<Latest<boolean>>()
  const first = () => candidates.values().next().value

  function campaign(_candidate: string, listener: (leading: boolean) => void): Campaign {
    const candidacy = new Latest<boolean>()
    candidacy.watch(listener)
    candidates.add(candidacy)
    first()?.set(true)
    return {
      get leading() {
        return first() === candidacy
      },
      async resign() {
        candidacy.end()
        candidates.delete(candidacy)
        first()?.set(true)
      },
    }
  }
  return {
    campaign,
    end() {
      for (const candidacy of candidates) candidacy.end()
      candidates.clear()
    },
  }
}
