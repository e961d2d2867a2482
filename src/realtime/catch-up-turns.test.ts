import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { CatchUpTurns } from './catch-up-turns.ts'

test('FS-7: viewers who catch up are served in turn by client, in slices of a few frames', async () => {
  const clock = new ManualClock()
  const turns = new CatchUpTurns(clock, 2)
  const served: string[] = []
  const all: Promise<void>[] = []
  const frame = (key: string, name: string) => () => {
    clock.spend(1)
    served.push(`${key} ${name}`)
  }
  const ask = (key: string, name: string) => all.push(turns.take({ key }, frame(key, name)))
  for (let count = 0; count < 20; count++) ask('flood', `${count}`)
  ask('ann', '0')
  ask('ben', '0')
  const slices: string[][] = []
  for (let count = 0; count < 11; count++) {
    clock.advance(0)
    slices.push(served.splice(0))
    if (count === 0) ask('ann', '1')
  }
  expect(slices.slice(0, 3)).toEqual([
    ['flood 0', 'ann 0'],
    ['ben 0', 'flood 1'],
    ['ann 1', 'flood 2'],
  ])
  expect(slices.every(({ length }) => length <= 2)).toBe(true)
  clock.advance(0)
  await Promise.all(all)
  expect(clock.waiting).toBe(0)
})

test('FS-7: a turn that fails is told to its viewer, and the others have theirs', async () => {
  const clock = new ManualClock()
  const turns = new CatchUpTurns(clock, 2)
  const broken = turns.take({ key: 'ann' }, () => {
    throw new Error('broken')
  })
  const served = turns.take({ key: 'ben' }, () => {})
  clock.advance(0)
  await expect(broken).rejects.toThrow('broken')
  await served
})
