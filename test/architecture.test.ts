import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What each room may import, itself aside. The arrows of ARCHITECTURE.md, held here. */
const arrows: Record<string, string[]> = {
  domain: [],
  protocol: ['domain'],
  store: ['domain'],
  bus: ['domain'],
  registry: ['domain'],
  ipc: ['domain'],
  placement: ['domain', 'registry'],
  auth: ['domain'],
  http: ['domain', 'protocol', 'auth'],
  comments: ['domain', 'protocol', 'auth', 'http', 'store', 'bus'],
  realtime: ['domain', 'protocol', 'auth', 'http', 'store', 'bus', 'registry', 'placement'],
  dispatcher: ['domain', 'protocol', 'http', 'registry', 'placement'],
  gateway: ['domain', 'protocol', 'auth', 'http'],
  sdk: ['domain', 'protocol'],
  pages: ['domain', 'protocol', 'sdk'],
  config: ['auth', 'comments'],
  metrics: ['bus', 'comments', 'realtime', 'dispatcher', 'gateway', 'store', 'http'],
}

const services = ['comments', 'realtime', 'dispatcher', 'gateway']
/** Everything in a port's room but the port and what comes with it. */
const adapters = /^src\/(store|bus|registry)\/(?!(store|bus|registry|metrics)\.ts)/
/** Where everything is put together. */
const roots = ['compose', 'cli']
const browserRooms = ['domain', 'protocol', 'sdk', 'pages']

interface Import {
  from: string
  to: string
  typeOnly: boolean
}

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((file) => join('src', file))
  .filter(
    (file) =>
      /\.ts$/.test(file) && !/\.(test|contract|testing)\.ts$/.test(file) && !file.includes('/testing/'),
  )

const resolve = (from: string, to: string): string =>
  to.startsWith('.') ? normalize(join(dirname(from), to)) : to

const imports: Import[] = sources.flatMap((from) => {
  const text = readFileSync(join(root, from), 'utf8')
  const found = text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|^import\s+()'([^']+)'/gm)
  return [...found].map(([, type, named, , bare]) => ({
    from,
    to: resolve(from, named ?? bare ?? ''),
    typeOnly: !!type,
  }))
})

const roomOf = (file: string): string | null => /^src\/([^/]+)\//.exec(file)?.[1] ?? null

describe('AR-1: the arrows between the rooms', () => {
  test('AR-1: every import goes the way it may', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [room, target] = [roomOf(from), roomOf(to)]
      if (!to.startsWith('src/') || room === null || room === target || roots.includes(room)) return false
      return target === null || !arrows[room]?.includes(target)
    })
    expect(wrong).toEqual([])
  })

  test('AR-1: every room has its arrows', () => {
    const rooms = new Set(sources.map(roomOf).filter((room) => room !== null && !roots.includes(room)))
    expect([...rooms].sort()).toEqual(Object.keys(arrows).sort())
  })

  test('AR-2: only the composition root imports adapters', () => {
    const wrong = imports.filter(
      ({ from, to }) => adapters.test(to) && roomOf(from) !== roomOf(to) && roomOf(from) !== 'compose',
    )
    expect(wrong).toEqual([])
  })

  test('AR-3: services never import each other', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [room, target] = [roomOf(from) ?? '', roomOf(to) ?? '']
      return services.includes(room) && services.includes(target) && room !== target
    })
    expect(wrong).toEqual([])
  })

  test('AR-4: what a browser runs imports nothing of Node', () => {
    expect(
      imports.filter(({ from, to }) => browserRooms.includes(roomOf(from) ?? '') && to.startsWith('node:')),
    ).toEqual([])
  })

  test('AR-5: no import cycles', () => {
    const next = Map.groupBy(
      imports.filter(({ to }) => to.startsWith('src/')),
      ({ from }) => from,
    )
    const done = new Set<string>()
    const visit = (file: string, path: string[]): string[] => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
      if (done.has(file)) return []
      for (const { to } of next.get(file) ?? []) {
        const cycle = visit(to, [...path, file])
        if (cycle.length > 0) return cycle
      }
      done.add(file)
      return []
    }
    for (const file of sources) expect(visit(file, [])).toEqual([])
  })

  test('AR-6: only main reads the arguments and the environment', () => {
    const readers = sources.filter((file) =>
      /process\.(argv|env)\b/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(readers.filter((file) => file !== 'src/main.ts')).toEqual([])
  })

  test('AR-7: the walls are real: the list of imports is not empty', () => {
    expect(imports.length).toBeGreaterThan(150)
  })
})
