import { expect, test } from 'vitest'
import { signToken, tokenVerifier } from './tokens.ts'

const secret = 's'.repeat(32)
const key = { kind: 'secret', secret } as const
const exp = Math.floor(Date.now() / 1_000) + 3_600
const sign = (claims: object) => signToken(secret, { sub: 'ann', exp, ...claims })

test('AU-6: a token must have the issuer and the audience that are wanted', async () => {
  const verify = tokenVerifier(key, { issuer: 'https://id.example', audience: 'chorus' })
  const good = { iss: 'https://id.example', aud: ['chorus', 'other'] }
  await expect(verify(await sign(good))).resolves.toMatchObject({ author: { id: 'ann' } })
  for (const claims of [
    {},
    { iss: good.iss },
    { aud: good.aud },
    { ...good, iss: 'x' },
    { ...good, aud: 'other' },
  ])
    await expect(verify(await sign(claims))).rejects.toMatchObject({ code: 'token_invalid' })
})

test('AU-6: without a wish any issuer and audience will do', async () => {
  const verify = tokenVerifier(key)
  for (const claims of [{}, { iss: 'x', aud: 'y' }])
    await expect(verify(await sign(claims))).resolves.toMatchObject({ role: 'viewer' })
})
