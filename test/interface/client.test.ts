import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Comment } from '../../src/domain/comment.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { type TempFolder, tempFolder } from '../support/temp-folder.ts'
import { signToken } from '../support/tokens.ts'
import { nodeTools, runNode } from './tools.ts'

const server = sharedChorus()
const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
const program = readFileSync(new URL('client-example.ts', import.meta.url), 'utf8')

let types: Promise<string> | null = null

/** Made once for all tests of this file. */
const typesOfInterface = (): Promise<string> => {
  types ??= makeTypes()
  return types
}

async function makeTypes(): Promise<string> {
  using folder = tempFolder()
  const file = join(folder.path, 'chorus.ts')
  const tool = `${nodeTools}/openapi-typescript/bin/cli.js`
  const made = await runNode(tool, [`${server.url}/openapi.json`, '--output', file])
  expect(made).toMatchObject({ code: 0 })
  return readFileSync(file, 'utf8')
}

/** A project of somebody else: types made of the served document, and a program that uses them. */
async function projectWith(program: string): Promise<TempFolder> {
  const types = await typesOfInterface()
  const folder = tempFolder()
  const file = (name: string) => join(folder.path, name)
  symlinkSync(nodeTools, file('node_modules'))
  writeFileSync(file('package.json'), '{"type":"module"}')
  writeFileSync(file('chorus.ts'), types)
  writeFileSync(file('client.ts'), program)
  return folder
}

const compile = ({ path }: TempFolder) =>
  runNode(
    tsc,
    [
      ...['--noEmit', '--strict', '--noUncheckedIndexedAccess', '--skipLibCheck'],
      ...['--target', 'es2024', '--module', 'nodenext', '--allowImportingTsExtensions', '--types', ''],
      'client.ts',
    ],
    path,
  )

test('HT-15: a client that openapi-typescript makes of the document compiles, and posts with a key', async () => {
  using project = await projectWith(program)
  expect(await compile(project)).toEqual({ code: 0, output: '' })
  const { code, output } = await runNode(
    'client.ts',
    [server.url, newLiveVideoId(), signToken({ sub: 'ann', name: 'Ann' })],
    project.path,
  )
  expect([code, output]).toEqual([0, expect.any(String)])
  const { first, again, ...told } = JSON.parse(output) as { first: Comment; again: Comment }
  expect(first).toMatchObject({ text: 'Hello', author: { id: 'ann', name: 'Ann' } })
  expect(again).toEqual(first)
  expect(told).toEqual({ comments: [first], left: [], isRefused: true })
})

test.each([
  ['a key of another name', "'Idempotency-Key'", "'Idempotent'", 'Idempotent'],
  ['a body without a text', 'body: { text }', 'body: { words: text }', 'words'],
  ['a code that posting never answers', "'invalid_text'", "'invalid_cursor'", 'invalid_cursor'],
  ['an event that no stream has', "'CommentRemoved'", "'CommentDeleted'", 'CommentDeleted'],
])('HT-15: it does not compile with %s', async (_, right, wrong, named) => {
  expect(program).toContain(right)
  using project = await projectWith(program.replace(right, wrong))
  const { output } = await compile(project)
  expect(output.match(/error TS.*/g)).toEqual([expect.stringContaining(named)])
})
