import { SignJWT } from 'jose'
import type { BenchPlan } from '../options.ts'

const tokensAtOnce = 16
const demoTimeoutMs = 10_000

type AuthorPlan = Pick<BenchPlan, 'url' | 'secret' | 'liveVideoId' | 'durationSeconds'>

/**
 * A token for each of `count` authors: signed with the secret, or asked of a server in demo mode.
 * @throws Error when the server hands out none.
 */
export async function obtainTokens(plan: AuthorPlan, run: string, count: number): Promise<string[]> {
  const tokens: string[] = []
  while (tokens.length < count) {
    const names = Array.from({ length: Math.min(tokensAtOnce, count - tokens.length) }, (_, index) => {
      return `bench-${run}-${tokens.length + index}`
    })
    tokens.push(...(await Promise.all(names.map((name) => obtainToken(plan, name)))))
  }
  return tokens
}

const obtainToken = (plan: AuthorPlan, name: string): Promise<string> =>
  plan.secret === null ? askForDemoToken(plan, name) : signToken(plan, plan.secret, name)

function signToken(
  { liveVideoId, durationSeconds }: AuthorPlan,
  secret: string,
  name: string,
): Promise<string> {
  return new SignJWT({ name, role: 'viewer', videos: [liveVideoId] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(name)
    .setExpirationTime(new Date(Date.now() + (durationSeconds + 3_600) * 1_000))
    .sign(new TextEncoder().encode(secret))
}

async function askForDemoToken({ url }: AuthorPlan, name: string): Promise<string> {
  const response = await fetch(`${url.replace(/\/+$/, '')}/v1/demo/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
    signal: AbortSignal.timeout(demoTimeoutMs),
  }).catch((error: Error) => {
    const cause = error.cause as NodeJS.ErrnoException | undefined
    throw new Error(`No server answers at ${url}: ${cause?.code ?? error.message}.`)
  })
  if (response.status !== 201)
    throw new Error(`The server gives no demo tokens (status ${response.status}): give its secret.`)
  return ((await response.json()) as { token: string }).token
}
