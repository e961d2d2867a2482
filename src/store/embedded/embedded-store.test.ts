import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { describeDurableStore } from '../store.contract.ts'
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

describeDurableStore('embedded', async () => newFolder(), openEmbeddedStore)

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
