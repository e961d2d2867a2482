import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Figure } from './attack.ts'
import { othersAddress } from './clients.ts'
import { type Target, tokenOf } from './target.ts'

const everyMs = 50
const answerMsMax = 15_000

/** Posts as honest authors do while something else goes on, and reports what they got. */
export async function witnessPosts(target: Target, during: () => Promise<void>): Promise<Figure[]> {
  const posts: Promise<Answer>[] = []
  let over = false
  const posting = (async () => {
    while (!over) {
      posts.push(post(target, `honest-${posts.length}`))
      await sleep(everyMs)
    }
  })()
  await during()
  over = true
  await posting
  return toFigures(await Promise.all(posts))
}

interface Answer {
  /** 0: none came. */
  status: number
  ms: number
}

function post({ port }: Target, author: string): Promise<Answer> {
  const began = performance.now()
  const body = JSON.stringify({ text: 'hello' })
  return new Promise((resolve) => {
    const done = (status: number) => resolve({ status, ms: performance.now() - began })
    const headers = { authorization: `Bearer ${tokenOf(author)}`, 'content-type': 'application/json' }
    const path = '/v1/live-videos/of-others/comments'
    request(
      {
        ...{ host: '127.0.0.1', port, path, method: 'POST', headers },
        ...{ localAddress: othersAddress, agent: false, timeout: answerMsMax },
      },
      (response) => response.resume().once('end', () => done(response.statusCode ?? 0)),
    )
      .on('timeout', () => done(0))
      .on('error', () => done(0))
      .end(body)
  })
}

function toFigures(answers: Answer[]): Figure[] {
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b)
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0
  const refused = answers.filter(({ status }) => status !== 201).length
  return [
    { name: 'posts of others, p50', value: at(0.5), unit: 'ms' },
    { name: 'posts of others, p95', value: at(0.95), unit: 'ms' },
    { name: 'posts of others not accepted', value: (100 * refused) / answers.length, unit: '%' },
  ]
}
