/**
 * A short name for each node: what all their addresses have in common is left out. `:9102` on one machine,
 * `chorus-realtime-3` in one domain.
 */
export function shortNames(urls: readonly string[]): Map<string, string> {
  const addresses = urls.map((url) => ({ url, ...addressOf(url) }))
  const hosts = new Set(addresses.map(({ host }) => host))
  const ports = new Set(addresses.map(({ port }) => port))
  const shared = hosts.size > 1 ? sharedLabels([...hosts]) : 0
  const nameOf = ({ host, port }: Address): string => {
    if (hosts.size === 1) return urls.length > 1 && port ? `:${port}` : withPort(host, port)
    const short = isIp(host)
      ? host
      : host
          .split('.')
          .slice(0, -shared || undefined)
          .join('.')
    return ports.size === 1 ? short : withPort(short, port)
  }
  return new Map(addresses.map((address) => [address.url, nameOf(address)]))
}

interface Address {
  host: string
  /** Empty where the scheme implies it. */
  port: string
}

function addressOf(url: string): Address {
  if (!URL.canParse(url)) return { host: url, port: '' }
  const { hostname, port } = new URL(url)
  return { host: hostname, port }
}

const withPort = (host: string, port: string): string => (port ? `${host}:${port}` : host)

const isIp = (host: string): boolean => /^[\d.]+$/.test(host) || host.startsWith('[')

/** How many labels at their ends the names have in common; each keeps its first. */
function sharedLabels(hosts: string[]): number {
  const reversed = hosts.filter((host) => !isIp(host)).map((host) => host.split('.').reverse())
  const most = Math.min(...reversed.map((labels) => labels.length - 1))
  const [first = []] = reversed
  let shared = 0
  while (shared < most && reversed.every((labels) => labels[shared] === first[shared])) shared++
  return shared
}
