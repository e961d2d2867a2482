import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import { Tickets } from '../auth/tickets.ts'
import { type TokenKey, tokenVerifier } from '../auth/tokens.ts'
import type { Config } from '../config/config.ts'
import { readDemoSecret } from '../config/demo-secret.ts'
import { checksTokens } from '../config/fit.ts'
import { systemClock } from '../system.ts'

export type Keys = ReturnType<typeof makeKeys>

export function makeKeys(config: Config, logger: Logger) {
  const { tokenKey, tokenIssuer: issuer, tokenAudience: audience } = config
  const { store } = config
  const isDemo = tokenKey === null && checksTokens(config)
  const demoSecret = isDemo && store.kind === 'embedded' ? readDemoSecret(store.folder, true) : null
  const unknowable = randomBytes(32).toString('hex')
  // A process that checks no tokens has no key: a random one takes its place.
  const key: TokenKey = tokenKey ?? { kind: 'secret', secret: demoSecret ?? unknowable }
  const wanted = { ...(issuer && { issuer }), ...(audience && { audience }) }
  const report = (error: unknown) =>
    logger.warn(
      { err: error },
      'the signing keys could not be fetched from CHORUS_JWKS_URL; those fetched before are used until they are 5 minutes old',
    )
  const verify = tokenVerifier(key, wanted, { clock: systemClock, report })
  const clusterSecret = config.clusterSecret ?? demoSecret ?? unknowable
  return { demoSecret, verify, clusterSecret, tickets: new Tickets(clusterSecret, systemClock) }
}
