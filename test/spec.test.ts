import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const rule = /\b[A-Z]{2}-\d+\b/g

const rules = [...readFileSync(join(root, 'SPEC.md'), 'utf8').matchAll(/^- \*\*([A-Z]{2}-\d+)\*\*/gm)].map(
  ([, id]) => id,
)

const tests = ['src', 'tools', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(test|contract)\.ts$/.test(file) && !file.endsWith('spec.test.ts'))
    .map((file) => readFileSync(join(root, folder, file), 'utf8')),
)

/** The rules that stand at the beginning of a test's name. */
const held = new Set(
  tests.flatMap((text) =>
    [...text.matchAll(/['"`]((?:[A-Z]{2}-\d+[,:]? ?)+)/g)].flatMap(([, ids]) => ids?.match(rule) ?? []),
  ),
)

test('every rule of SPEC.md has a number of its own', () => {
  expect(rules.filter((id, index) => rules.indexOf(id) !== index)).toEqual([])
  expect(rules.length).toBeGreaterThan(50)
})

test('every rule of SPEC.md is held by a test, and every test that names a rule names one of them', () => {
  expect([...rules].filter((id) => id !== undefined && !held.has(id))).toEqual([])
  expect([...held].filter((id) => !rules.includes(id))).toEqual([])
})
