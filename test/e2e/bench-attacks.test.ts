import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('../../bench/attacks/main.ts', import.meta.url))

const run = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })

test('BA-1: bench:attacks carries an attack out against a server of its own, and says what it found', async () => {
  const { code, stdout, stderr } = await run('--only', 'stream limit by spelling')
  expect(code, stderr).toBe(0)
  // Two streams for the /64, two for the IPv4 address, and none for another way to write them.
  expect(stdout).toMatch(/stream limit by spelling +streams open, of 4 allowed +4\n/)
})

test('BA-2: an attack or a checkout that does not exist is one clear line', async () => {
  const attack = await run('--only', 'a dream')
  expect(attack).toMatchObject({ code: 2, stdout: '' })
  expect(attack.stderr).toContain('unread pipeline')
  const checkout = await run('--before', '/no/such/folder')
  expect(checkout).toEqual({
    code: 2,
    stdout: '',
    stderr: 'bench:attacks: /no/such/folder is no checkout of Chorus\n',
  })
})
