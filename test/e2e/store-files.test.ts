import { copyFileSync, cpSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { authorOf, readAll } from '../support/author.ts'
import { startChorus } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { Viewer } from '../support/viewer.ts'

interface Case {
  /** What somebody does to the folder of a store that runs. */
  breakIt: (folder: string, backup: string) => void
  says: RegExp
  /** What the next start must find, whatever else it finds. */
  keeps: string[]
}

const file = (folder: string, ending = '') => join(folder, `chorus.db${ending}`)

const cases: Record<string, Case> = {
  'the folder is deleted': {
    breakIt: (folder) => rmSync(folder, { recursive: true }),
    says: /chorus\.db was deleted/,
    keeps: [],
  },
  'the folder is replaced by a backup': {
    breakIt: (folder, backup) => {
      rmSync(folder, { recursive: true })
      cpSync(backup, folder, { recursive: true })
    },
    says: /chorus\.db was (deleted|replaced)/,
    keeps: ['one'],
  },
  'the database alone is replaced': {
    breakIt: (folder, backup) => {
      copyFileSync(file(backup), file(folder, '.new'))
      renameSync(file(folder, '.new'), file(folder))
    },
    says: /chorus\.db was replaced/,
    keeps: [],
  },
  'a backup is copied over the files': {
    breakIt: (folder, backup) => {
      for (const ending of ['', '-wal']) copyFileSync(file(backup, ending), file(folder, ending))
    },
    says: /chorus\.db was overwritten by another process/,
    keeps: ['one'],
  },
  'the write-ahead log is deleted': {
    breakIt: (folder) => rmSync(file(folder, '-wal')),
    says: /chorus\.db-wal was deleted/,
    keeps: ['one', 'two'],
  },
}

test.concurrent.for(Object.entries(cases))(
  'ST-22: %s: nothing is acknowledged that the next start does not find, and the process ends for it',
  { timeout: 120_000 },
  async ([_, { breakIt, says, keeps }], { expect }) => {
    await using server = await startChorus()
    using backup = tempFolder()
    const ann = authorOf(server, { sub: 'ann' })
    await ann.comment('v', 'one')
    cpSync(server.storeFolder, backup.path, { recursive: true })
    await ann.comment('v', 'two')
    using viewer = new Viewer(server, 'v', { query: 'history=5', returns: true })
    await expect.poll(() => viewer.seqs).toEqual([1, 2])

    breakIt(server.storeFolder, backup.path)
    const ended = server.ended()
    const refused = await ann.post('v', 'three')
    expect([refused.status, refused.json<{ code: string }>().code]).toEqual([503, 'store_unavailable'])
    expect((await send(server, 'GET', '/readyz')).status).toBe(503)
    const { stderr } = await ended
    expect(stderr).toMatch(says)
    expect(stderr.match(/nothing can be stored/g)).toHaveLength(1)

    const told = viewer.named('viewers').length
    await server.start()
    const stored = await readAll(server, 'v')
    expect(stored.map(({ text }) => text)).toEqual(keeps)
    // It is back where the log ends now: what comes later is told, and not part of a history to be loaded again.
    await expect.poll(() => viewer.named('viewers').length).toBeGreaterThan(told)
    const { seq } = await ann.comment('v', 'four')
    expect(seq).toBe(keeps.length + 1)
    await expect.poll(() => viewer.comments.at(-1)?.text).toBe('four')
  },
)

test('ST-22: lost files are noticed within seconds when nobody comments', async () => {
  await using server = await startChorus()
  rmSync(server.storeFolder, { recursive: true })
  const { stderr } = await server.ended()
  expect(stderr).toMatch(/the store has failed: .*chorus\.db was deleted; ending/)
})

test('ST-22: a server that is stopped before it has noticed says so, and closes nothing that is not its own', async () => {
  await using server = await startChorus()
  rmSync(server.storeFolder, { recursive: true })
  const { code, stderr } = await server.stop()
  expect(code).toBe(null)
  expect(stderr).toMatch(/^chorus: .*chorus\.db was deleted/m)
  expect(stderr).not.toMatch(/^\s+at /m)
})
