import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Looks, lookCount } from './looks.ts'

const urls = (count: number) => Array.from({ length: count }, (_, index) => `http://node-${index}`)

it('CP-2: nodes have looks of their own as long as there are enough', () => {
  const looks = new Looks()
  looks.assign(urls(lookCount))
  expect(new Set(urls(lookCount).map((url) => looks.of(url))).size).toBe(lookCount)
})

it('CP-2: a node keeps its look while others come and go, and has it again when it is back', () => {
  const there = fc.uniqueArray(fc.constantFrom(...urls(20)))
  fc.assert(
    fc.property(fc.array(there), (steps) => {
      const looks = new Looks()
      const first = new Map<string, number>()
      for (const step of steps) {
        looks.assign(step)
        for (const url of step) {
          expect(looks.of(url)).toBe(first.get(url) ?? looks.of(url))
          first.set(url, looks.of(url))
        }
      }
    }),
  )
})

it('CP-2: the same nodes look the same on every screen', () => {
  const [one, other] = [new Looks(), new Looks()]
  one.assign(urls(9))
  other.assign(urls(9).toReversed())
  expect(urls(9).map((url) => one.of(url))).toEqual(urls(9).map((url) => other.of(url)))
})

it('remembers a bounded number of nodes', () => {
  const looks = new Looks()
  for (let day = 0; day < 50; day++)
    looks.assign(Array.from({ length: 100 }, (_, index) => `http://day-${day}-${index}`))
  looks.assign(['http://day-49-0'])
  expect(looks.of('http://day-49-0')).toBeLessThan(lookCount)
})
