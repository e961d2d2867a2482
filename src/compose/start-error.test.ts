import { expect, test } from 'vitest'
import { parseConfig } from '../config/parse-config.ts'
import { startErrorOf } from './start-error.ts'

const config = parseConfig({
  CHORUS_HOST: '::',
  CHORUS_JWT_SECRET: 's'.repeat(32),
  CHORUS_PORT_INTERNAL: '9000',
})

test.each([
  [{ code: 'EAFNOSUPPORT', port: 8080 }, /^CHORUS_HOST=:: needs IPv6, which this machine does not have; /],
  [{ code: 'EACCES', port: 80 }, /^this user may not listen on port 80; .* --port$/],
  [{ code: 'EADDRINUSE', port: 9000 }, /^port 9000 of :: is taken; choose another with --port-internal$/],
  [{ code: 'EADDRINUSE', port: 8080 }, /^port 8080 of :: is taken; choose another with --port$/],
])('CL-1: an address that this machine cannot listen on, %j, names the setting', (fields, words) => {
  const error = Object.assign(new Error('listen'), { syscall: 'listen', ...fields })
  expect((startErrorOf(error, config) as Error).message).toMatch(words)
})

test('CL-1: all other errors of a start are left as they are', () => {
  const others = [
    new Error('the store is no store'),
    Object.assign(new Error('getaddrinfo'), { syscall: 'getaddrinfo', hostname: 'db', code: 'ENOTFOUND' }),
    Object.assign(new Error('listen'), { syscall: 'listen', code: 'EINVAL' }),
  ]
  for (const error of others) expect(startErrorOf(error, config)).toBe(error)
})
