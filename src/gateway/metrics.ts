/** What a gateway counts; who exposes it is not its business. */
export interface GatewayMetrics {
  /** One more stream of another node goes through this gateway, or one less. */
  streamsChanged(by: 1 | -1): void
  /** A request or a stream found no node that would take it. */
  unreachable(kind: 'request' | 'stream'): void
}
