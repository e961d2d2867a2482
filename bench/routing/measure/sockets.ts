import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { nodesAddress } from './addresses.ts'

/** Why this machine cannot tell who listens where, and what a connection has carried; null when it can. */
export const noSockets: string | null =
  spawnSync('ss', ['-V']).status === 0 ? null : 'the comparison reads connections with `ss`: Linux, iproute2'

/** Bytes that each connection has carried in both directions, by its two addresses. */
export type Carried = ReadonlyMap<string, number>

/** Of the nodes' own connections to these ports. */
export async function readCarried(ports: readonly number[]): Promise<Carried> {
  const filter = `( ${ports.map((port) => `dport = :${port}`).join(' or ')} ) and src ${nodesAddress}`
  const lines = await ask('-tinHO', filter)
  return new Map(lines.map((line) => [addressesIn(line), bytesIn(line, 'sent') + bytesIn(line, 'received')]))
}

/** What was carried between two looks; a connection that ended between them is left out. */
export function carriedSince(before: Carried, after: Carried): number {
  return [...after].reduce((sum, [addresses, bytes]) => sum + bytes - (before.get(addresses) ?? 0), 0)
}

/** The process that listens on a port. @throws Error when none does */
export async function processOn(port: number): Promise<number> {
  const [line = ''] = await ask('-tlnpH', `sport = :${port}`)
  const [, pid] = /pid=(\d+)/.exec(line) ?? []
  if (pid === undefined) throw new Error(`no process of this user listens on port ${port}`)
  return Number(pid)
}

async function ask(...args: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ss', args, { maxBuffer: 67_108_864 })
  return stdout.split('\n').filter((line) => line.trim() !== '')
}

/** State, two queues, own address, peer's. */
const addressesIn = (line: string): string => line.trim().split(/\s+/).slice(3, 5).join(' ')

const bytesIn = (line: string, direction: 'sent' | 'received'): number =>
  Number(new RegExp(`\\bbytes_${direction}:(\\d+)`).exec(line)?.[1] ?? 0)
