import type { FastifyReply } from 'fastify'
import { ChorusError } from '../domain/errors.ts'
import { sendProblem } from './problem.ts'
import type { HttpServer } from './server.ts'

export interface ReadinessCheck {
  name: string
  /** @throws Error with what is missing */
  check: () => void | Promise<void>
}

/** Before an orchestrator's own patience ends, so that the answer says what is missing. */
const checkMsMax = 3_000

interface Failure {
  name: string
  error: Error
}

/** `GET /readyz`: 200 when all checks pass, else 503 with the name of each that failed. The log is told of each change. */
export function readinessRoute(app: HttpServer, checks: readonly ReadinessCheck[]): void {
  let underWay: Promise<Failure[]> | null = null
  let told = ''
  /** However many ask at once, each check is made once. */
  const ask = (): Promise<Failure[]> => {
    underWay ??= failuresOf(checks).finally(() => {
      underWay = null
    })
    return underWay
  }
  const tell = (failures: Failure[]): void => {
    const now = failures.map(({ name }) => name).join()
    if (now === told) return
    const about = 'readiness'
    const reasons = failures.map(({ name, error }) => `${name}: ${error.message}`)
    if (now === '') app.log.info({ about }, 'ready again')
    else if (now !== 'running')
      app.log.warn({ about, failed: reasons }, 'not ready; balancers leave this process out')
    told = now
  }
  app.get('/readyz', async (_, reply) => {
    const failures = await ask()
    tell(failures)
    if (failures.length > 0) return refuse(reply, failures)
    return { status: 'ready', checks: checks.map(({ name }) => name) }
  })
}

async function failuresOf(checks: readonly ReadinessCheck[]): Promise<Failure[]> {
  const found = await Promise.all(checks.map(failureOf))
  return found.filter((failure) => failure !== null)
}

async function failureOf({ name, check }: ReadinessCheck): Promise<Failure | null> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer in ${checkMsMax} ms`)), checkMsMax)
  try {
    await Promise.race([check(), late.promise])
    return null
  } catch (error) {
    return { name, error: error as Error }
  } finally {
    clearTimeout(timer)
  }
}

function refuse(reply: FastifyReply, failures: Failure[]): FastifyReply {
  const errors = failures.map(({ name, error }) => ({ path: name, message: error.message }))
  const [known] = failures.flatMap(({ error }) => (error instanceof ChorusError ? [error.code] : []))
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ')
  return sendProblem(reply, known ?? 'not_ready', { detail, errors })
}
