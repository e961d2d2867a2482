/**
 * A short name for each node: what all their addresses have in common is left out. `:9102` on one machine, `realtime-3`
 * for `chorus-realtime-3.chorus.svc` among its like.
 */
export function shortNames(urls: readonly string[]): Map<string, string> {
  const addresses = urls.map(addressOf)
  const hosts = [...new Set(addresses.map(({ host }) => host))]
  const onePort = new Set(addresses.map(({ port }) => port)).size === 1
  const shorten = hosts.length > 1 ? shortener(hosts) : (host: string) => (onePort ? host : '')
  return new Map(
    addresses.map(({ url, host, port }) => {
      const omitPort = port === '' || (onePort && hosts.length > 1)
      return [url, `${shorten(host)}${omitPort ? '' : `:${port}`}` || host]
    }),
  )
}

interface Address {
  url: string
  host: string
  /** Empty where the scheme implies it. */
  port: string
}

function addressOf(url: string): Address {
  if (!URL.canParse(url)) return { url, host: url, port: '' }
  const { hostname, port } = new URL(url)
  return { url, host: hostname, port }
}

const isIp = (host: string): boolean => /^[\d.]+$/.test(host) || host.startsWith('[')

/** Leaves out the domain, and the words before a hyphen, that all of them share. Addresses stay whole. */
function shortener(hosts: readonly string[]): (host: string) => string {
  const names = hosts.filter((host) => !isIp(host)).map((host) => host.split('.'))
  const domain = sharedAtStart(
    names.map((labels) => labels.toReversed()),
    1,
  )
  const words = sharedAtStart(
    names.map((labels) =>
      labels
        .slice(0, labels.length - domain)
        .join('.')
        .split('-'),
    ),
    2,
  )
  return (host) => {
    if (isIp(host)) return host
    const labels = host.split('.')
    return labels
      .slice(0, labels.length - domain)
      .join('.')
      .split('-')
      .slice(words)
      .join('-')
  }
}

/** How many parts all lists begin with alike; the last `kept` of each remain. */
function sharedAtStart(lists: readonly string[][], kept: number): number {
  const [first, ...others] = lists
  if (!first || others.length === 0) return 0
  const most = Math.min(...lists.map((list) => list.length - kept))
  let shared = 0
  while (shared < most && others.every((list) => list[shared] === first[shared])) shared++
  return shared
}
