import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { authorOf, readAll } from '../support/author.ts'
import { runChorus } from '../support/chorus-command.ts'
import { startChorusWith } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { Viewer } from '../support/viewer.ts'

const elsewhere = {
  // Where "I" in lower case is no "i", and numbers have commas.
  LANG: 'tr_TR.UTF-8',
  LC_ALL: 'tr_TR.UTF-8',
  // 5:45 ahead of UTC.
  TZ: 'Asia/Kathmandu',
}

/** What a server says that does not depend on its moment or its port. */
async function said(settings: Record<string, string>) {
  await using server = await startChorusWith(settings)
  using viewer = new Viewer(server, 'ISIK')
  const comment = await authorOf(server, { sub: 'İI' }).comment('ISIK', 'ışık İSTANBUL')
  await expect.poll(() => viewer.comments).toEqual([comment])
  expect(Math.abs(comment.createdAt - Date.now())).toBeLessThan(60_000)
  const { id: _, createdAt: __, ...rest } = comment
  const refusal = await send(server, 'GET', '/v1/live-videos/v/comments?limit=1.5')
  return {
    comment: rest,
    refusal: refusal.json(),
    document: (await send(server, 'GET', '/openapi.json')).text,
  }
}

test('CL-13: the language and the time zone of the machine change nothing that is said', async () => {
  expect(await said(elsewhere)).toEqual(await said({}))
  const help = (settings: Record<string, string>) => runChorus(['simulate', '--help'], settings)
  expect(await help(elsewhere)).toEqual(await help({}))
})

test('CL-13: a folder for temporary files that does not exist is not missed, nor made', async () => {
  using folder = tempFolder()
  const missing = `${folder.path}/missing`
  await using server = await startChorusWith({ TMPDIR: missing })
  const ann = authorOf(server, { sub: 'ann' })
  const texts = Array.from({ length: 50 }, (_, index) => `${index} ${'x'.repeat(4_000)}`)
  const comments = await Promise.all(texts.map((text) => ann.comment('v', text)))
  for (const { id } of comments.slice(0, 20)) expect((await ann.remove('v', id)).status).toBe(204)
  expect((await server.stop()).code).toBe(0)
  await server.start()
  expect(await readAll(server, 'v')).toHaveLength(30)
  expect(existsSync(missing)).toBe(false)
})
