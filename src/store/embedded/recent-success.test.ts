import { expect, test } from 'vitest'
import { RecentSuccess } from './recent-success.ts'

function setUp() {
  let [now, tries] = [0, 0]
  const writes = new RecentSuccess(() => now)
  const look = (outcome: () => Promise<void> = async () => {}) =>
    writes.orTry(() => {
      tries++
      return outcome()
    })
  const pass = (ms: number) => {
    now += ms
  }
  return { writes, look, pass, tries: () => tries }
}

test('ST-23: whether something can be stored is tried where nothing was stored lately, once for all who ask', async () => {
  const { writes, look, pass, tries } = setUp()
  await Promise.all([look(), look()])
  expect(tries()).toBe(1)
  pass(1_999)
  await look()
  await writes.note(Promise.resolve())
  pass(1_999)
  await look()
  expect(tries()).toBe(1)
  pass(1)
  await look()
  expect(tries()).toBe(2)
})

test('ST-23: after a write that failed it is tried at once, and again until one goes well', async () => {
  const { writes, look, tries } = setUp()
  await look()
  const full = () => Promise.reject(new Error('full'))
  await expect(writes.note(full())).rejects.toThrow('full')
  await expect(look(full)).rejects.toThrow('full')
  await expect(look(full)).rejects.toThrow('full')
  await look()
  await look()
  expect(tries()).toBe(4)
})
