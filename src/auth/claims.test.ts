import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isName } from '../domain/comment.ts'
import { ChorusError } from '../domain/errors.ts'
import { identityOf } from './claims.ts'
import { requireVideo } from './identity.ts'

test('AU-4: the claims become an author, a role, and the live videos they are good for', () => {
  const claims = {
    sub: 'u1',
    name: ' Ann ',
    picture: 'https://x.example/a.png',
    role: 'host',
    videos: ['a', 'b'],
    exp: 7,
  }
  expect(identityOf({ ...claims, iat: 1, other: {} })).toEqual({
    author: { id: 'u1', name: 'Ann', avatarUrl: 'https://x.example/a.png', role: 'host' },
    role: 'host',
    videos: ['a', 'b'],
    expiresAt: 7_000,
  })
  expect(identityOf({ sub: 'u1', exp: 7 })).toEqual({
    author: { id: 'u1', name: 'u1' },
    role: 'viewer',
    videos: '*',
    expiresAt: 7_000,
  })
})

test('AU-4: a picture that is no https address is left out', () => {
  for (const picture of ['http://x.example/a.png', 'javascript:alert(1)', 'data:image/png,x', 7])
    expect(identityOf({ sub: 'u', exp: 7, picture }).author).toEqual({ id: 'u', name: 'u' })
})

test.each([
  {},
  { sub: '' },
  { sub: 'u', exp: 'soon' },
  { sub: 'u', exp: 7, role: 'king' },
  { sub: 'u', exp: 7, name: 'a\u0000b' },
  { sub: 'u', exp: 7, videos: 'lobby' },
  { sub: 'u', exp: 1e12 },
  { sub: 'a\u0007b', exp: 7, name: 'Ann' },
  { sub: '\ud800', exp: 7, name: 'Ann' },
  { sub: 'x'.repeat(101), exp: 7 },
  { sub: ' ', exp: 7 },
  null,
  'x',
])('AU-4: %j is refused', (claims) => {
  expect(() => identityOf(claims)).toThrow(expect.objectContaining({ code: 'token_invalid' }))
})

test('AU-4: an id that is too long to be shown is good beside a name', () => {
  const sub = 'x'.repeat(200)
  expect(identityOf({ sub, name: 'Ann', exp: 7 }).author).toEqual({ id: sub, name: 'Ann' })
})

test('AU-4: any payload is an identity or a clear error', () => {
  const payload = fc.record(
    {
      sub: fc.anything(),
      name: fc.anything(),
      picture: fc.anything(),
      role: fc.anything(),
      videos: fc.anything(),
      exp: fc.oneof(fc.nat(), fc.anything()),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(payload, (claims) => {
      try {
        const { author, expiresAt } = identityOf(claims)
        expect([isName(author.name), author.id !== '', Number.isSafeInteger(expiresAt)]).toEqual([
          true,
          true,
          true,
        ])
      } catch (error) {
        expect(error).toBeInstanceOf(ChorusError)
      }
    }),
  )
})

test('AU-5: a token is good for the live videos it names, and no others', () => {
  const identity = identityOf({ sub: 'u', exp: 7, videos: ['a'] })
  expect(() => requireVideo(identity, 'a')).not.toThrow()
  expect(() => requireVideo(identity, 'b')).toThrow(expect.objectContaining({ code: 'video_not_allowed' }))
  expect(() => requireVideo(identityOf({ sub: 'u', exp: 7, videos: ['*'] }), 'b')).not.toThrow()
})
