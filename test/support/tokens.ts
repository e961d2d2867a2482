import { createHmac } from 'node:crypto'

export const testSecret = 'a secret that is only for tests, 32 characters or more'

/** What a token says; `exp` is an hour from now unless given, and left out when null. */
export interface TestClaims {
  sub: string
  name?: string
  picture?: string
  role?: string
  videos?: string | string[]
  exp?: number | null
  [other: string]: unknown
}

export const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds

export const encodePart = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWT made by hand, so that the tests share no code with what they test, and can make what should not be. */
export function signToken(
  claims: TestClaims,
  secret = testSecret,
  header: object = { alg: 'HS256' },
): string {
  const { exp = secondsFromNow(3_600), ...rest } = claims
  const signed = `${encodePart(header)}.${encodePart(exp === null ? rest : { ...rest, exp })}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}
