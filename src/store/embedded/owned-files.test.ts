import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { FilesLost, OwnedFiles } from './owned-files.ts'

const folders: string[] = []

function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-files-'))
  folders.push(folder)
  const database = join(folder, 'chorus.db')
  const log = `${database}-wal`
  for (const path of [database, log]) {
    writeFileSync(path, 'ours')
    utimesSync(path, 1, 1)
  }
  return { database, log, files: new OwnedFiles(database) }
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const harms: [string, (path: string) => void, RegExp][] = [
  ['deleted', (path) => rmSync(path), /was deleted/],
  [
    'replaced',
    (path) => {
      writeFileSync(`${path}.new`, 'ours')
      renameSync(`${path}.new`, path)
    },
    /was replaced/,
  ],
  ['overwritten', (path) => writeFileSync(path, 'them'), /was overwritten by another process/],
]
const both = ['database', 'log'] as const
const all = both.flatMap((which) => harms.map(([name, harm, says]) => [which, name, harm, says] as const))

test.each(all)('ST-22: before something is stored it is seen that the %s was %s', (which, _, harm, says) => {
  const { files, ...paths } = setUp()
  harm(paths[which])
  expect(() => files.writeLog(() => expect.unreachable())).toThrow(says)
})

test.each(all.filter(([which, name]) => which === 'database' || name !== 'overwritten'))(
  'ST-22: what was stored while the %s was %s is not durable',
  (which, _, harm, says) => {
    const { files, ...paths } = setUp()
    expect(() => files.writeLog(() => harm(paths[which]))).toThrow(says)
  },
)

test('ST-22: what the process itself writes is no loss, whether it went well or not', () => {
  const { files, database, log } = setUp()
  expect(files.writeLog(() => appendFileSync(log, 'more') ?? 'done')).toBe('done')
  const failing = () => {
    for (const path of [database, log]) appendFileSync(path, 'half')
    throw new Error('disk full')
  }
  expect(() => files.writeBoth(failing)).toThrow('disk full')
  files.check()
  expect(() => files.writeLog(() => appendFileSync(database, 'foreign'))).toThrow(FilesLost)
})

test('ST-22: a log whose database was replaced is set aside; one whose database is whole goes into it', () => {
  const folded: string[] = []
  for (const harmed of both) {
    const { files, ...paths } = setUp()
    rmSync(paths[harmed])
    files.letGo(() => folded.push(harmed))
    expect(existsSync(`${paths.log}.lost`)).toBe(harmed === 'database')
  }
  expect(folded).toEqual(['log'])
})
