import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIP } from 'node:net'
import type { Asker } from '../domain/concurrency-limit.ts'
import type { QueueClient } from '../domain/fair-queue.ts'
import { clientAddressHeader, isForwarded } from '../protocol/forwarding.ts'

/** The client of a request, for every limit and share by client. */
export interface Client {
  /** Without port, brackets or zone; an IPv4 address as IPv4, however it was written. */
  address: string
  /** Equal for requests that count as one client's: an IPv4 address, or the first half of an IPv6 one. */
  key: string
  /** The address is a proxy's that does not say, or is not believed, which client it stands for: there may be thousands. */
  isCrowd: boolean
}

/** As much of a request as tells where it comes from. */
export interface Source {
  headers: IncomingHttpHeaders
  socket: { readonly remoteAddress?: string | undefined }
}

export type ClientOf = (source: Source) => Client

/** Asks the store for a page in the name of a client. */
export const pageAsker = ({ key, isCrowd }: Client): Asker => ({ key, isCrowd, priority: 'page' })

/** The names for `CHORUS_TRUST_PROXY` that stand for ranges. */
const namedRanges: Record<string, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/** In place of an address that cannot be had: the socket has closed. */
const unknown = 'unknown'

/** The longest that a proxy can write: a mapped address with brackets, zone and port. */
const writtenMax = 100

/**
 * Reads the client of a request: the last address of `X-Forwarded-For` that is not one of our proxies'.
 * @param trustProxy addresses, ranges and names of ranges whose `X-Forwarded-For` is believed; null: none
 * @param gateways addresses of gateways of our own, believed about requests that are marked as sent on
 */
export function clientReader(
  trustProxy: readonly string[] | null,
  gateways: readonly string[] = [],
): ClientOf {
  const [isTrusted, isGateway] = [rangeTest(trustProxy ?? []), rangeTest(gateways)]
  return ({ headers, socket }) => {
    const neighbour = parseAddress(socket.remoteAddress ?? '') ?? unknown
    const isBelieved = isTrusted(neighbour) || (isForwarded(headers) && isGateway(neighbour))
    if (!isBelieved) return toClient(neighbour, saysProxy(headers))
    let address = neighbour
    for (const written of forwardedAddresses(headers).reverse()) {
      const parsed = parseAddress(written)
      // One of our own proxies wrote something else: it does not name the client that it stands for.
      if (parsed === null) break
      address = parsed
      if (!isTrusted(address)) return toClient(address, false)
    }
    return toClient(address, true)
  }
}

/**
 * Tells in which line the requests of a connection wait, before any of them is read: one for all connections of a client. A
 * proxy's connections wait in a line each, for each may stand for another client.
 */
export function lineReader(
  trustProxy: readonly string[] | null,
  gateways: readonly string[] = [],
): (socket: { remoteAddress?: string | undefined }) => QueueClient {
  const isProxy = rangeTest([...(trustProxy ?? []), ...gateways])
  let proxied = 0
  return ({ remoteAddress }) => {
    const address = parseAddress(remoteAddress ?? '') ?? unknown
    return { key: isProxy(address) ? `proxied ${++proxied}` : clientKey(address) }
  }
}

const toClient = (address: string, isCrowd: boolean): Client => ({
  address,
  key: clientKey(address),
  isCrowd,
})

/** A proxy says so itself, and is not believed. */
const saysProxy = (headers: IncomingHttpHeaders): boolean =>
  headers[clientAddressHeader] !== undefined || isForwarded(headers)

function forwardedAddresses(headers: IncomingHttpHeaders): string[] {
  const header = headers[clientAddressHeader]
  return header === undefined ? [] : String(header).split(',')
}

/**
 * The address as a proxy or a socket writes it (`1.2.3.4`, `1.2.3.4:56`, `[2001:db8::1]:56`, `fe80::1%eth0`,
 * `::ffff:1.2.3.4`), in one form for all spellings; null when it is none.
 */
export function parseAddress(written: string): string | null {
  const text = written.trim()
  if (text.length > writtenMax) return null
  const [bare = ''] = withoutPort(text).split('%')
  const version = isIP(bare)
  return version === 6 ? canonicalIPv6(groupsOf(bare)) : version === 4 ? bare : null
}

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1]
  if (bracketed !== undefined) return bracketed
  return /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  const [left = [], right = []] = address.split('::').map((half) => half.split(':').flatMap(groupsIn))
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right]
}

function groupsIn(part: string): number[] {
  if (part === '') return []
  if (!part.includes('.')) return [Number.parseInt(part, 16)]
  const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number)
  return [a * 256 + b, c * 256 + d]
}

/** What an IPv4 client looks like on an IPv6 socket (RFC 4291, 2.5.5.2) and behind a NAT64 (RFC 6052, 2.1). */
const holdsIPv4 = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0']

function canonicalIPv6(groups: number[]): string {
  const [high = 0, low = 0] = groups.slice(6)
  if (holdsIPv4.includes(hexadecimal(groups.slice(0, 6))))
    return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  return hexadecimal(groups)
}

const hexadecimal = (groups: number[]): string => groups.map((group) => group.toString(16)).join(':')

/** One customer has a /64 of IPv6 at least (RFC 6177), and any address in it. */
export const clientKey = (address: string): string =>
  address.includes(':') ? `${address.split(':').slice(0, 4).join(':')}::/64` : address

function rangeTest(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const range of ranges.flatMap((each) => namedRanges[each] ?? [each])) addRange(list, range)
  return (address) => ranges.length > 0 && isIP(address) > 0 && list.check(address, familyOf(address))
}

function addRange(list: BlockList, range: string): void {
  const [written = '', bits] = range.split('/')
  const address = parseAddress(written) ?? written
  const bitsMax = isIP(address) === 6 ? 128 : 32
  // Of a mapped address the first 96 bits are no longer there.
  const gone = isIP(written) === 6 && bitsMax === 32 ? 96 : 0
  list.addSubnet(address, bits === undefined ? bitsMax : Math.max(0, Number(bits) - gone), familyOf(address))
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (address.includes(':') ? 'ipv6' : 'ipv4')
