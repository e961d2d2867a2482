import { expect } from 'vitest'
import type { Exit } from './chorus-command.ts'

/** `chorus` refused in one clear line that names what is off, and with no stack. */
export function expectRefused({ code, stdout, stderr }: Exit, names: string | RegExp, exitCode = 2): void {
  const oneLine = expect.stringMatching(/^chorus: [^\n]+\n$/)
  expect({ code, stdout, stderr }).toEqual({ code: exitCode, stdout: '', stderr: oneLine })
  expect(stderr).toMatch(names)
}
