/** What a request carries when it was sent on to another node. */

/** Marks it: it is served where it arrives and never sent on again, so that no disagreement can make it go in circles. */
export const forwardedHeader = 'x-chorus-forwarded'

/** The address of the client that asked first. Believed only from the proxies that the operator names. */
export const clientAddressHeader = 'x-forwarded-for'

/**
 * Set by a load balancer that ends the streams of a node after a few seconds of silence. A node then sends a heartbeat to that
 * stream after two seconds in which it wrote nothing else. It is believed of anyone, so that no forgotten setting ends streams:
 * to watch a live video with one comment every two seconds costs a node as much.
 */
export const quickHeartbeatsHeader = 'x-chorus-quick-heartbeats'

export const asksForQuickHeartbeats = (headers: Record<string, unknown>): boolean =>
  headers[quickHeartbeatsHeader] !== undefined

/** Anybody can set it; all they gain is to be served where they came. */
export const isForwarded = (headers: Record<string, unknown>): boolean =>
  headers[forwardedHeader] !== undefined
