import { expect, test } from 'vitest'
import { clusterAuthorization, isAuthorization } from './cluster-key.ts'

const secret = 'a secret of thirty-two characters'

test('AU-7: who knows the secret is let in, and nobody else', () => {
  const wanted = clusterAuthorization(secret)
  expect(isAuthorization(clusterAuthorization(secret), wanted)).toBe(true)
  const others = [
    undefined,
    '',
    'Chorus ',
    'Bearer x',
    `${wanted}x`,
    wanted.slice(0, -1),
    wanted.toLowerCase(),
  ]
  for (const given of [...others, clusterAuthorization(`${secret}.`)])
    expect(isAuthorization(given, wanted)).toBe(false)
})

test('AU-7: the header does not tell the secret', () => {
  expect(clusterAuthorization(secret)).toMatch(/^Chorus [\w-]{43}$/)
  expect(clusterAuthorization(secret)).not.toContain(secret)
})
