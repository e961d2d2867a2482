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

/** A project of somebody else: types made of the served document, and a program that uses them. */
async function projectWith(program: string): Promise<TempFolder> {
  const folder = tempFolder()
  const file = (name: string) => join(folder.path, name)
  symlinkSync(nodeTools, file('node_modules'))
  writeFileSync(file('package.json'), '{"type":"module"}')
  writeFileSync(file('client.ts'), program)
  const made = await runNode(
    `${nodeTools}/openapi-typescript/bin/cli.js`,
    [`${server.url}/openapi.json`, '--output', 'chorus.ts'],
    folder.path,
  )
  expect(made).toMatchObject({ code: 0 })
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
