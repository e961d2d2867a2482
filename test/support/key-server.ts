import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { encodePart, secondsFromNow, type TestClaims } from './tokens.ts'

export type Algorithm = 'RS256' | 'ES256' | 'EdDSA'

/** A key pair as an identity provider has it. */
export interface SigningKey {
  kid: string
  algorithm: Algorithm
  privateKey: KeyObject
  publicKey: KeyObject
}

const pairs: Record<Algorithm, () => { privateKey: KeyObject; publicKey: KeyObject }> = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
}

export const makeKey = (algorithm: Algorithm, kid: string = algorithm): SigningKey => ({
  kid,
  algorithm,
  ...pairs[algorithm](),
})

export function signWithKey(key: SigningKey, claims: TestClaims): string {
  const { kid, algorithm, privateKey } = key
  const payload = { exp: secondsFromNow(3_600), ...claims }
  const signed = `${encodePart({ alg: algorithm, kid })}.${encodePart(payload)}`
  const hash = algorithm === 'EdDSA' ? null : 'sha256'
  const signature = sign(hash, Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

export interface KeyServer extends AsyncDisposable {
  url: string
  /** How often the keys were asked for. */
  requests: number
  /** Answers are held back until it resolves. */
  hold: Promise<void>
  /** What is answered with: the keys unless a test puts something else here. */
  status: number
  body: string
}

/** An identity provider's `jwks.json` on a free port, and how it behaves badly. */
export async function startKeyServer(keys: SigningKey[]): Promise<KeyServer> {
  const http = createServer(async (_, response) => {
    server.requests++
    await server.hold
    response.writeHead(server.status, { 'content-type': 'application/json' }).end(server.body)
  })
  const server: KeyServer = {
    url: '',
    requests: 0,
    hold: Promise.resolve(),
    status: 200,
    body: JSON.stringify({ keys: keys.map(publicJwk) }),
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  server.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/jwks.json`
  return server
}

const publicJwk = ({ kid, algorithm, publicKey }: SigningKey) => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  alg: algorithm,
  use: 'sig',
})
