import { check } from 'recheck'
import { parseSync } from 'vite'
import { expect, test } from 'vitest'
import { sources } from './sources.ts'

/** Regular expressions by what they are, with a file in which each stands. */
const literals = new Map<string, { pattern: string; flags: string; file: string }>()
const constructed: string[] = []

for (const { file, text } of sources) visit(parseSync(file, text).program, file)

function visit(node: unknown, file: string): void {
  if (typeof node !== 'object' || node === null) return
  if (Array.isArray(node)) {
    for (const each of node) visit(each, file)
    return
  }
  const { regex, callee } = node as { regex?: { pattern: string; flags: string }; callee?: { name?: string } }
  if (regex) literals.set(`/${regex.pattern}/${regex.flags}`, { ...regex, file })
  if (callee?.name === 'RegExp') constructed.push(file)
  for (const value of Object.values(node)) visit(value, file)
}

test('HT-18: every regular expression stands in the source, where it can be checked', () => {
  expect(literals.size).toBeGreaterThan(50)
  expect(constructed).toEqual([])
})

test('HT-18: a regular expression that takes more than linear time is found', async () => {
  for (const pattern of ['\\s*,\\s*', '^(a+)+$', '^[a-z]+:[ \\t]*((?:[!-~](?:[ \\t]*[!-~])*)?)[ \\t]*$'])
    expect((await check(pattern, '')).status).toBe('vulnerable')
})

test.each([...literals])(
  'HT-18: no text makes this one take more than linear time: %s',
  async (_, { pattern, flags, file }) => {
    expect({ file, ...(await check(pattern, flags, { timeout: 60_000 })) }).toMatchObject({ status: 'safe' })
  },
)
