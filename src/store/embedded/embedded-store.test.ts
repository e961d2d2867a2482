import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { ChangeSettings, CreateComment } from '../../domain/command.ts'
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

const moderator = { author: { id: 'mod', name: 'Mod' }, role: 'moderator' } as const
const create = (liveVideoId: string, commentId: string): CreateComment => ({
  kind: 'create',
  liveVideoId,
  actor: moderator,
  commentId,
  text: 'hello',
})

test('ST-13: ids that SQLite takes for one, being different halves of characters, share one log in a batch', async () => {
  const store = await openEmbeddedStore(newFolder())
  const ids = ['a\ud800', 'a\ud801', 'a\ufffd']
  const outcomes = await store.append(ids.map((id, index) => create(id, `c${index}`)))
  expect(outcomes).toMatchObject([1, 2, 3].map((seq) => ({ kind: 'appended', events: [{ seq }] })))
  await store.close()
})

test('ST-6: what a batch changes of a live video holds for the rest of it, other live videos in between or not', async () => {
  const store = await openEmbeddedStore(newFolder())
  const close: ChangeSettings = { kind: 'change', liveVideoId: 'a', actor: moderator, closed: true }
  const pin: ChangeSettings = {
    kind: 'change',
    liveVideoId: 'a',
    actor: moderator,
    pinnedCommentId: 'a1',
  }
  const batch = [create('a', 'a1'), create('b', 'b1'), pin, pin, close, create('a', 'a2'), create('b', 'b2')]
  const outcomes = await store.append(batch)
  const numbers = outcomes.map((outcome) =>
    outcome.kind === 'appended' ? outcome.events.map(({ seq }) => seq) : outcome.kind,
  )
  expect(numbers).toEqual([[1], [1], [2], [], [3], 'refused', [2]])
  expect([...(await store.readHeads(['a', 'b'])).values()].map(({ seq }) => seq)).toEqual([3, 2])
  await store.close()
})

test('ST-22: the write-ahead log is folded into the file in time, whatever is written', async () => {
  const folder = newFolder()
  const store = await openEmbeddedStore(folder)
  const text = 'x'.repeat(5_000)
  const logBytesMax = 48 * 1_048_576
  for (let batch = 0; batch < 30; batch++) {
    const commands = Array.from({ length: 500 }, (_, index) => ({
      ...create('v', `${batch}-${index}`),
      text,
    }))
    await store.append(commands)
    expect(statSync(join(folder, 'chorus.db-wal')).size).toBeLessThan(logBytesMax)
  }
  expect(statSync(join(folder, 'chorus.db')).size).toBeGreaterThan(logBytesMax)
  await store.close()
})

test('ST-23: a disk that does not answer is unavailable in bounded time, and used again when it does', async () => {
  const store = await openEmbeddedStore(newFolder(), undefined, {}, 50)
  // Takes the thread a while, as a disk that stalls would.
  const long = store.append(Array.from({ length: 60_000 }, (_, index) => create('long', `c${index}`)))
  await expect(long).rejects.toMatchObject({ code: 'store_unavailable' })
  await expect(store.append([create('a', 'a1')])).rejects.toMatchObject({ code: 'store_unavailable' })
  await expect(store.checkWritable()).rejects.toMatchObject({ code: 'store_unavailable' })
  // By such a measure a busy machine is silent now and then.
  const headOfLong = () =>
    store.readHeads(['long']).then(
      (heads) => heads.get('long')?.seq,
      () => null,
    )
  await expect.poll(headOfLong, { interval: 20 }).toBe(60_000)
  await expect
    .poll(
      () =>
        store.checkWritable().then(
          () => true,
          () => false,
        ),
      { interval: 20 },
    )
    .toBe(true)
  await store.close().catch(() => {})
})

test('ST-11: a folder or a file that cannot be used is refused in words', async () => {
  const folder = newFolder()
  const file = join(folder, 'file')
  writeFileSync(file, '')
  await expect(openEmbeddedStore(file)).rejects.toThrow(
    /file cannot be used as the folder of the store: EEXIST/,
  )
})
