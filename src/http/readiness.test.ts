import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ChorusError } from '../domain/errors.ts'
import { type ReadinessCheck, readinessRoute } from './readiness.ts'
import { createHttpServer } from './server.ts'

async function start(checks: ReadinessCheck[]) {
  const lines: string[] = []
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line).msg) })
  const app = await createHttpServer(logger, () => false)
  onTestFinished(() => app.close())
  readinessRoute(app, checks)
  const ask = async () => {
    const { statusCode, body } = await app.inject('/readyz')
    const { code, detail, errors } = JSON.parse(body)
    return { status: statusCode, code, detail, errors }
  }
  return { ask, lines }
}

test('HT-13: a 503 names each check that failed, and the log is told of changes alone', async () => {
  const missing = new Set<string>()
  const checkOf = (name: string, error: Error): ReadinessCheck => ({
    name,
    check: () => {
      if (missing.has(name)) throw error
    },
  })
  const { ask, lines } = await start([
    checkOf('nodes', new Error('no node is known')),
    checkOf('store', new ChorusError('store_unavailable')),
  ])
  expect((await ask()).status).toBe(200)
  missing.add('nodes')
  for (let times = 0; times < 3; times++)
    expect(await ask()).toEqual({
      status: 503,
      code: 'not_ready',
      detail: 'nodes: no node is known',
      errors: [{ path: 'nodes', message: 'no node is known' }],
    })
  missing.add('store')
  const both = await ask()
  expect([both.code, both.errors.map(({ path }: { path: string }) => path)]).toEqual([
    'store_unavailable',
    ['nodes', 'store'],
  ])
  missing.clear()
  expect((await ask()).status).toBe(200)
  expect(lines).toEqual([
    'not ready; balancers leave this process out',
    'not ready; balancers leave this process out',
    'ready again',
  ])
})

test('HT-13: however many ask at once, a check is made once; one that says nothing has failed', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const check = vi.fn(() => new Promise<void>(() => {}))
  const { ask } = await start([{ name: 'store', check }])
  const answers = [ask(), ask(), ask()]
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0))
  await vi.advanceTimersByTimeAsync(3_000)
  for (const answer of await Promise.all(answers))
    expect(answer).toMatchObject({ status: 503, detail: 'store: no answer in 3000 ms' })
  expect(check).toHaveBeenCalledTimes(1)
})
