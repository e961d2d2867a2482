import { expect, test as plainTest } from 'vitest'
import { authorWith } from '../support/author.ts'
import { runChorus } from '../support/chorus-command.ts'
import { startChorus } from '../support/chorus-server.ts'
import { expectRefused } from '../support/expect-refused.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { testSecret } from '../support/tokens.ts'

const test = plainTest.concurrent

const tokenOf = async (args: string[], settings = {}): Promise<string> => {
  const { code, stdout, stderr } = await runChorus(['token', '--sub', 'ann', ...args], settings)
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  return stdout.trim()
}

test('CL-1: token prints a token that the server takes, and nothing else', async () => {
  await using server = await startChorus()
  const settings = { CHORUS_JWT_SECRET: testSecret }
  const plain = await authorWith(server, await tokenOf([], settings)).comment('lobby', 'hello')
  expect(plain.author).toEqual({ id: 'ann', name: 'ann' })

  const args = ['--name', 'Ann Ström', '--role', 'moderator', '--videos', 'lobby, other', '--expires', '5m']
  const moderator = authorWith(server, await tokenOf(args, settings))
  const comment = await moderator.comment('lobby', 'hello')
  expect(comment.author).toEqual({ id: 'ann', name: 'Ann Ström', role: 'moderator' })
  expect((await moderator.remove('other', 'nothing')).status).toBe(404)
  expect((await moderator.post('elsewhere', 'hello')).status).toBe(403)
})

test('CL-1: beside a demo server token needs no secret', async () => {
  await using server = await startChorus({})
  const author = authorWith(server, await tokenOf(['--store', server.storeFolder]))
  expect((await author.comment('lobby', 'hello')).author.id).toBe('ann')
})

test('CL-1: token says what is missing', async () => {
  using folder = tempFolder()
  expectRefused(await runChorus(['token', '--sub', 'ann', '--store', folder.path]), 'CHORUS_JWT_SECRET')
  const expires = ['--jwt-secret', testSecret, '--expires', 'soon']
  expectRefused(await runChorus(['token', '--sub', 'ann', ...expires]), '--expires')
})

test('CL-1: token signs nothing that the server would refuse', async () => {
  const secret = ['--jwt-secret', testSecret]
  expectRefused(await runChorus(['token', '--sub', '', ...secret]), '--sub')
  expectRefused(await runChorus(['token', '--sub', 'ann', '--videos', 'a/b', ...secret]), '--videos')
  expectRefused(await runChorus(['token', '--sub', 'ann', '--name', ' ', ...secret]), '--name')
  expectRefused(await runChorus(['token', '--sub', 'ann', '--jwt-secret', 'too short']), 'CHORUS_JWT_SECRET')
})
