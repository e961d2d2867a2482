/**
 * How a stream of another node reaches its viewer. `proxy`: the gateway carries the bytes. `accel`: it names the node to
 * the nginx in front of it, which does. `direct`: as `proxy`, but a client that asks first is told to go there itself.
 */
export type GatewayMode = 'proxy' | 'accel' | 'direct'

/** The bounds and paces of a gateway. */
export interface GatewayOptions {
  /** A node that says nothing for so long after it was asked for a stream is frozen or gone. */
  streamAnswerMsMax: number
  /** A stream on which nothing moves for so long has ended, whoever did not say so: two heartbeats and a half. */
  streamIdleMsMax: number
  /** How often the streams of nodes that hold no lease any more are looked for. */
  leaseLookMs: number
  requestAnswerMsMax: number
  connectMsMax: number
  /** Of requests; a stream has a socket of its own. */
  socketsPerNodeMax: number
  /** Nodes that a request is offered to, one after another. */
  nodesTriedMax: number
  /** What `retry:` tells viewers whose node is gone, at random between the two: by then its live videos have another. */
  retryMsMin: number
  retryMsMax: number
}

export const defaultGatewayOptions: GatewayOptions = Object.freeze({
  streamAnswerMsMax: 3_000,
  streamIdleMsMax: 37_500,
  leaseLookMs: 1_000,
  requestAnswerMsMax: 5_000,
  connectMsMax: 1_000,
  socketsPerNodeMax: 256,
  nodesTriedMax: 3,
  retryMsMin: 500,
  retryMsMax: 1_500,
})
