import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/support/temp-folder.ts'
import { ConfigError } from './errors.ts'
import { parseConfig, type Values } from './parse-config.ts'
import { withSecretFiles } from './secret-files.ts'
import { fileVariableOf, secretVariables, settings } from './settings.ts'

const secret = 's'.repeat(32)

/** Values whose settings stand in files of a folder, each with a line end as editors and `echo` leave it. */
function inFiles(folder: string, values: Partial<Record<(typeof secretVariables)[number], string>>): Values {
  const entries = Object.entries(values).map(([variable, text]) => {
    writeFileSync(join(folder, variable), `${text}\n`)
    return [`${variable}_FILE`, join(folder, variable)]
  })
  return Object.fromEntries(entries)
}

const examples = {
  CHORUS_STORE: 'postgres://chorus:hunter2@db/chorus',
  CHORUS_BUS: 'redis://:hunter2@redis:6379',
  CHORUS_REGISTRY: 'zookeeper://zk:2181/chorus',
  CHORUS_JWT_SECRET: secret,
  CHORUS_CLUSTER_SECRET: `c${secret}`,
} as const

test('CL-8: a setting that may hold a secret can be read from a file, with the same outcome', () => {
  using folder = tempFolder()
  expect(Object.keys(examples).sort()).toEqual([...secretVariables].sort())
  expect(parseConfig(inFiles(folder.path, examples))).toEqual(parseConfig(examples))
})

test('CL-8: whatever names a secret or holds an address of a server is such a setting', () => {
  const suspects = settings.filter(
    ({ variable, help }) => /SECRET|PASSWORD|KEY\b/.test(variable) || /:\/\//.test(help),
  )
  const known = new Set<string>([...secretVariables, ...secretVariables.map(fileVariableOf)])
  expect(suspects.filter(({ variable }) => !known.has(variable))).toEqual([])
})

test.each<[string, (folder: string) => Values, RegExp]>([
  [
    'given twice',
    (folder) => ({ ...inFiles(folder, { CHORUS_JWT_SECRET: secret }), CHORUS_JWT_SECRET: secret }),
    /CHORUS_JWT_SECRET and CHORUS_JWT_SECRET_FILE are both set/,
  ],
  [
    'in a file that is not there',
    (folder) => ({ CHORUS_STORE_FILE: join(folder, 'none') }),
    /CHORUS_STORE_FILE: .*none" cannot be read \(ENOENT\)/,
  ],
  ['in a folder', (folder) => ({ CHORUS_BUS_FILE: folder }), /CHORUS_BUS_FILE: .* cannot be read \(EISDIR\)/],
  [
    'in an empty file',
    (folder) => inFiles(folder, { CHORUS_JWT_SECRET: ' ' }),
    /CHORUS_JWT_SECRET_FILE: .* is empty/,
  ],
  [
    'in a file of something else',
    (folder) => inFiles(folder, { CHORUS_JWT_SECRET: 'x'.repeat(70_000) }),
    /CHORUS_JWT_SECRET_FILE: .* is too large/,
  ],
  ['cut short', (folder) => inFiles(folder, { CHORUS_JWT_SECRET: 'hunter2' }), /CHORUS_JWT_SECRET takes 32/],
  ['wrong', (folder) => inFiles(folder, { CHORUS_STORE: 'mysql://ann:hunter2@db' }), /CHORUS_STORE takes/],
])('CL-8: a secret that is %s is refused in one line without it', (_, values, line) => {
  using folder = tempFolder()
  const refuse = () => parseConfig(values(folder.path))
  expect(refuse).toThrow(ConfigError)
  expect(refuse).toThrow(line)
  expect(refuse).not.toThrow(/hunter2|\n/)
})

test('CL-8: nothing else is changed', () => {
  expect(withSecretFiles({ CHORUS_PORT: '1', CHORUS_STORE: './data' })).toMatchObject({
    CHORUS_PORT: '1',
    CHORUS_STORE: './data',
  })
})
