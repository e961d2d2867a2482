import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError, parseConfig, type Values } from './config.ts'
import { flagOf, settings } from './settings.ts'

const secret = 's'.repeat(32)

describe('CL-3: configuration', () => {
  test('CL-3: without any setting it is the embedded server on loopback, in demo mode', () => {
    expect(parseConfig({})).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      storeFolder: './data',
      tokenKey: null,
      postLimit: { comments: 10, windowMs: 10_000 },
      streamLimit: null,
    })
  })

  test.each<[Values, string]>([
    [{ CHORUS_PORT: 'eighty' }, 'CHORUS_PORT'],
    [{ CHORUS_PORT: '65536' }, 'CHORUS_PORT'],
    [{ CHORUS_PORT: '-1' }, 'CHORUS_PORT'],
    [{ CHORUS_ROLES: 'comments,cook' }, 'CHORUS_ROLES'],
    [{ CHORUS_ROLES: 'comments' }, 'CHORUS_ROLES'],
    [{ CHORUS_STORE: 'postgres://localhost/chorus' }, 'CHORUS_STORE'],
    [{ CHORUS_BUS: 'redis://localhost' }, 'CHORUS_BUS'],
    [{ CHORUS_REGISTRY: 'zookeeper://localhost' }, 'CHORUS_REGISTRY'],
    [{ CHORUS_NODE_URL: 'localhost:8080' }, 'CHORUS_NODE_URL'],
    [{ CHORUS_JWT_SECRET: 'short' }, 'CHORUS_JWT_SECRET'],
    [{ CHORUS_JWT_SECRET: secret, CHORUS_JWKS_URL: 'https://x.example/jwks' }, 'CHORUS_JWKS_URL'],
    [{ CHORUS_JWKS_URL: 'ftp://x.example' }, 'CHORUS_JWKS_URL'],
    [{ CHORUS_POST_LIMIT: '10' }, 'CHORUS_POST_LIMIT'],
    [{ CHORUS_POST_LIMIT: '0/10s' }, 'CHORUS_POST_LIMIT'],
    [{ CHORUS_STREAM_LIMIT: '0' }, 'CHORUS_STREAM_LIMIT'],
    [{ CHORUS_WORKERS: '2' }, 'CHORUS_WORKERS'],
    [{ CHORUS_LOG_LEVEL: 'loud' }, 'CHORUS_LOG_LEVEL'],
    [{ CHORUS_HOST: '0.0.0.0' }, 'CHORUS_JWT_SECRET'],
  ])('CL-3: %o is refused in one line that names %s', (values, named) => {
    const refuse = () => parseConfig(values)
    expect(refuse).toThrow(ConfigError)
    expect(refuse).toThrow(new RegExp(`^[^\\n]*${named}[^\\n]*$`))
  })

  test('CL-3: a secret that is refused is not repeated', () => {
    expect(() => parseConfig({ CHORUS_JWT_SECRET: 'hunter2' })).not.toThrow(/hunter2/)
  })

  test('CL-3: with a key it may listen for others', () => {
    expect(parseConfig({ CHORUS_HOST: '0.0.0.0', CHORUS_JWT_SECRET: secret })).toMatchObject({
      host: '0.0.0.0',
      tokenKey: { kind: 'secret', secret },
    })
  })

  test('CL-3: any value is taken or refused with a ConfigError', () => {
    const values = fc.record(
      Object.fromEntries(
        settings.map(({ variable }) => [
          variable,
          fc.oneof(fc.string(), fc.constantFrom('off', '1', 'memory:')),
        ]),
      ),
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(values, (values) => {
        try {
          parseConfig(values)
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError)
        }
      }),
    )
  })

  test('CL-3: a flag is its variable in small letters', () => {
    expect(flagOf('CHORUS_POST_LIMIT')).toBe('post-limit')
  })
})
