import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; within a section they come first. */
const required: Record<string, number> = {
  ...{ '1.1': 2, '1.2': 9, '1.3': 11, '1.4': 3, '1.5': 2, '2.1': 3, '2.2': 3, '2.3': 4, '2.4': 1 },
  ...{ '3.2': 2, '3.3': 4, '3.4': 6, '3.5': 5, '3.7': 2, '4.1': 3, '4.2': 1, '4.3': 2, '4.4': 4 },
  ...{
    '5.1': 1,
    '5.2': 3,
    '5.3': 2,
    '5.4': 3,
    '6.1': 3,
    '6.2': 12,
    '6.3': 4,
    '6.4': 4,
    '6.5': 5,
    '6.6': 3,
    '6.8': 4,
  },
  ...{ '7.1': 3, '7.2': 4, '7.3': 2, '7.4': 5, '7.5': 2, '7.6': 2, '8.1': 2, '8.2': 3, '8.3': 1, '8.4': 1 },
  ...{ '9.1': 3, '9.2': 4, '10.1': 2, '10.2': 2, '10.3': 4, '10.4': 11, '10.5': 5, '10.6': 2, '10.7': 3 },
  ...{ '11.1': 2, '11.2': 3, '11.3': 3, '11.4': 4, '11.5': 1, '11.6': 1, '12.1': 3, '12.2': 2, '12.3': 4 },
  ...{ '13.1': 1, '13.2': 5, '13.3': 2, '13.4': 5, '14.1': 2, '14.2': 4, '14.3': 3 },
  ...{ '15.1': 3, '15.2': 3, '15.3': 7, '16.1': 1, '16.2': 5, '16.3': 4, '16.4': 3, '16.5': 3 },
  ...{ '17.1': 1, '17.2': 4, '17.3': 2 },
}

const states = ['holds', 'yours', 'does not apply', 'does not hold']

const rows = [...read('docs/security.md').matchAll(/^\| (\d[^|]*) \| ([^|]*) \| (.*) \|$/gm)].map(
  ([, requirement = '', state = '', by = '']) => ({ requirement, state, by }),
)

/** `1.2.6–1.2.8` is three of them. */
function numbersIn(requirement: string): string[] {
  const ranges = requirement.matchAll(/(\d+\.\d+)\.(\d+)(?:–\1\.(\d+))?/g)
  return [...ranges].flatMap(([, section, first, last = first]) =>
    Array.from(
      { length: Number(last) - Number(first) + 1 },
      (_, index) => `${section}.${Number(first) + index}`,
    ),
  )
}

test('DP-5: the document has every requirement of level 2 once', () => {
  const wanted = Object.entries(required).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
  )
  expect(wanted).toHaveLength(253)
  const found = rows.flatMap(({ requirement }) => numbersIn(requirement))
  expect(found.filter((number, index) => found.indexOf(number) !== index)).toEqual([])
  expect([...found].sort()).toEqual([...wanted].sort())
})

test('DP-5: what holds is held by rules that there are, and all else says why', () => {
  const rules = new Set([...read('SPEC.md').matchAll(/^- \*\*([A-Z]{2}-\d+)\*\*/gm)].map(([, id]) => id))
  const unknown = rows.flatMap(({ by }) =>
    (by.match(/\b[A-Z]{2}-\d+\b/g) ?? []).filter((id) => !rules.has(id)),
  )
  expect(unknown).toEqual([])
  for (const { requirement, state, by } of rows) {
    expect(states, requirement).toContain(state)
    expect(by, requirement).toMatch(state === 'holds' ? /\b[A-Z]{2}-\d+\b/ : /[a-z]{3}/)
  }
})
