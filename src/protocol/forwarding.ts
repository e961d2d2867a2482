/** What a request carries when it was sent on to another node. */

/** Marks it: it is served where it arrives and never sent on again, so that no disagreement can make it go in circles. */
export const forwardedHeader = 'x-chorus-forwarded'

/** The address of the client that asked first. Believed only from the proxies that the operator names. */
export const clientAddressHeader = 'x-forwarded-for'

/** Anybody can set it; all they gain is to be served where they came. */
export const isForwarded = (headers: Record<string, unknown>): boolean =>
  headers[forwardedHeader] !== undefined
