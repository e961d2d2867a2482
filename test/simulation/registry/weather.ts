/** How a registry behaves towards the nodes of a simulated cluster. */
export interface RegistryWeather {
  /** After which silence a node counts as gone. */
  leaseMs: number
  /** One way; each connection has its own, so that what is asked on one arrives in its order. */
  latencyMsMax: number
  /** How much later who watches something is told that it changed. */
  watchDelayMsMax: number
  /** How long after trouble a node tries again, at most. */
  reconnectMsMax: number
  /** Whether a process that was frozen sees from its clock that its lease is over, or has to be told. */
  knowsTime: boolean
  /** Whether documents are written for those whose lease is over, too. */
  writesForAnyone: boolean
}
