import { networkInterfaces } from 'node:os'

/** The addresses of this machine: a worker is sent requests from them by the gateway that started it. */
export const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((each = []) => each.map(({ address }) => address))
