import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { describeStore } from '../store.contract.ts'
import { openEmbeddedStore } from './embedded-store.ts'

const folders: string[] = []
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-store-'))
  folders.push(folder)
  return folder
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

describeStore('embedded', () => openEmbeddedStore(newFolder()))

const comment = (commentId: string) => ({
  kind: 'create' as const,
  liveVideoId: 'a',
  at: 1,
  actor: { author: { id: 'ann', name: 'Ann' }, role: 'viewer' as const },
  commentId,
  text: 'hello',
})

test('ST-10: a store that is closed and opened again holds the same log', async () => {
  const folder = newFolder()
  const first = await openEmbeddedStore(folder)
  await first.append([comment('1'), comment('2')])
  const before = await first.readEvents('a', 0, 10)
  await first.close()
  const second = await openEmbeddedStore(folder)
  expect(await second.readEvents('a', 0, 10)).toEqual(before)
  await second.close()
})

test('ST-10: a batch that fails stores nothing', async () => {
  const store = await openEmbeddedStore(newFolder())
  await store.append([comment('1')])
  await expect(store.append([comment('2'), comment('1')])).rejects.toMatchObject({
    code: 'store_unavailable',
  })
  expect((await store.readEvents('a', 0, 10)).events).toHaveLength(1)
  await store.append([comment('3')])
  expect((await store.readEvents('a', 0, 10)).events.map(({ seq }) => seq)).toEqual([1, 2])
  await store.close()
})

test('ST-11: a folder has one owner at a time', async () => {
  const folder = newFolder()
  const owner = await openEmbeddedStore(folder)
  await expect(openEmbeddedStore(folder)).rejects.toThrow(/in use by another Chorus/)
  await owner.close()
  await (await openEmbeddedStore(folder)).close()
})

test('ST-11: a file that is no store is refused in words and left as it is', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'chorus.db'), 'this is not a database, but somebody’s notes '.repeat(200))
  await expect(openEmbeddedStore(folder)).rejects.toThrow(/cannot be opened as a Chorus store/)
})

test('ST-12: what is asked of a closed store is refused, not forgotten', async () => {
  const store = await openEmbeddedStore(newFolder())
  await store.close()
  await expect(store.readHeads(['a'])).rejects.toMatchObject({ code: 'store_unavailable' })
})
