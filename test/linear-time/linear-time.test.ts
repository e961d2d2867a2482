import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { others, parsers } from './parsers.ts'
import { sources } from './sources.ts'
import { WorkCounter } from './work-counter.ts'

const counter = new WorkCounter()
afterAll(() => counter[Symbol.dispose]())

/** What separates, quotes or pads in one format or another. */
const common = [
  ' ',
  '\t',
  ',',
  ';',
  '=',
  '"',
  '\\',
  'a',
  '0',
  '.',
  '-',
  '/',
  ':',
  '(',
  '{',
  '[',
  '\n',
  ', ',
  'a,',
  'a b',
  ';q=',
]

const sizeUsual = 1_500

test.each(Object.entries(parsers))(
  'HT-18: twice as much text is at most twice the work: %s',
  async (_, { read: parse, pieces = [], charactersMax = Number.POSITIVE_INFINITY }) => {
    const piece = fc.constantFrom(...common, ...pieces)
    const few = fc.array(piece, { maxLength: 2 }).map((some) => some.join(''))
    const pump = fc.array(piece, { minLength: 1, maxLength: 3 }).map((some) => some.join(''))
    const size = Math.min(sizeUsual, charactersMax / 2 - 20)
    await fc.assert(
      fc.asyncProperty(few, pump, few, async (before, pump, after) => {
        const times = Math.ceil(size / pump.length)
        const work = async (times: number) => {
          const { steps } = await counter.count(() => parse(before + pump.repeat(times) + after))
          return steps
        }
        const [once, twice] = [await work(times), await work(2 * times)]
        expect(twice).toBeLessThanOrEqual(2.2 * once + 300)
      }),
      { numRuns: 30 },
    )
  },
)

/** What reads a text piece by piece, as it stands in a source. */
const reading = /\.(?:split|exec|match|matchAll|search|test)\(|JSON\.parse|URLSearchParams\(|\.decode\(/

test('HT-18: a file that reads text is run above, or it is said why not', async () => {
  const read = new Set<string>()
  for (const { read: parse, pieces = [] } of Object.values(parsers))
    for (const text of ['a', pieces.join(''), ...pieces]) {
      const { files } = await counter.count(() => parse(text))
      for (const file of files) read.add(file)
    }
  const readers = sources.filter(({ text }) => reading.test(text)).map(({ file }) => file)
  expect(readers.filter((file) => !read.has(file) && !(file in others))).toEqual([])
  expect(Object.keys(others).filter((file) => !readers.includes(file) || read.has(file))).toEqual([])
})

test('HT-18: work that grows faster is counted', async () => {
  const within = (text: string) => [...text].filter((_, index) => text.includes('b', index))
  const [once, twice] = [
    await counter.count(() => within('a'.repeat(500))),
    await counter.count(() => within('a'.repeat(1_000))),
  ]
  expect(twice.steps).toBeGreaterThan(3 * once.steps)
})
