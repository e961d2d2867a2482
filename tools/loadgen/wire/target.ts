/** Where the requests go. */
export interface Target {
  /** As the URL gives it; an IPv6 address without its brackets. */
  host: string
  port: number
  secure: boolean
  /** What the `Host` header says. */
  authority: string
  /** Before every path; without a slash at its end. */
  basePath: string
}

export function parseTarget(url: string): Target {
  const { protocol, hostname, port, host, pathname } = new URL(url)
  const secure = protocol === 'https:'
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (secure ? 443 : 80)),
    secure,
    authority: host,
    basePath: pathname.replace(/\/+$/, ''),
  }
}

/** Whether requests stay on this machine. */
export const isLoopback = ({ host }: Target): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
