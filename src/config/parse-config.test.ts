import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError } from './errors.ts'
import { parseConfig, type Values } from './parse-config.ts'
import { flagOf, settings } from './settings.ts'

const secret = 's'.repeat(32)

describe('CL-3: configuration', () => {
  test('CL-3: without any setting it is the embedded server on loopback, in demo mode', () => {
    expect(parseConfig({})).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      roles: ['comments', 'realtime', 'dispatcher', 'gateway'],
      store: { kind: 'embedded', folder: './data' },
      bus: { kind: 'memory' },
      registry: { kind: 'memory' },
      gateway: 'proxy',
      workers: 1,
      tokenKey: null,
      postLimit: { comments: 10, windowMs: 10_000 },
      streamLimit: null,
      readLimit: 200,
    })
  })

  test.each<[Values, string]>([
    [{ CHORUS_PORT: 'eighty' }, 'CHORUS_PORT'],
    [{ CHORUS_PORT: '65536' }, 'CHORUS_PORT'],
    [{ CHORUS_PORT: '-1' }, 'CHORUS_PORT'],
    [{ CHORUS_PORT_INTERNAL: '0' }, 'CHORUS_PORT_INTERNAL'],
    [{ CHORUS_PORT_INTERNAL: '8080' }, 'CHORUS_PORT_INTERNAL'],
    [{ CHORUS_ROLES: 'comments,cook' }, 'CHORUS_ROLES'],
    [{ CHORUS_ROLES: 'comments' }, 'CHORUS_ROLES'],
    [{ CHORUS_STORE: 'mysql://localhost/chorus' }, 'CHORUS_STORE'],
    [{ CHORUS_STORE: 'postgres://nowhere:port/chorus' }, 'CHORUS_STORE'],
    [{ CHORUS_BUS: 'rabbit://localhost' }, 'CHORUS_BUS'],
    [{ CHORUS_BUS: 'dispatched:here' }, 'CHORUS_BUS'],
    [{ CHORUS_REGISTRY: 'etcd://localhost' }, 'CHORUS_REGISTRY'],
    [{ CHORUS_REGISTRY: 'zookeeper://' }, 'CHORUS_REGISTRY'],
    [{ CHORUS_REGISTRY: 'zookeeper://a:b/chorus' }, 'CHORUS_REGISTRY'],
    [{ CHORUS_REGISTRY: 'zookeeper://a//chorus' }, 'CHORUS_REGISTRY'],
    [{ CHORUS_REGISTRY: 'zookeeper://a/chorus?color=red' }, 'CHORUS_REGISTRY'],
    [{ CHORUS_GATEWAY: 'magic' }, 'CHORUS_GATEWAY'],
    [{ CHORUS_SPREAD_ABOVE: '1' }, 'CHORUS_SPREAD_ABOVE'],
    [{ CHORUS_CLUSTER_SECRET: 'short' }, 'CHORUS_CLUSTER_SECRET'],
    [{ CHORUS_NODE_URL: 'localhost:8080' }, 'CHORUS_NODE_URL'],
    [{ CHORUS_NODE_URL: 'http://a:8080/chorus' }, 'CHORUS_NODE_URL'],
    [{ CHORUS_NODE_URL: 'http://a:8080/?x' }, 'CHORUS_NODE_URL'],
    [{ CHORUS_NODE_URL: 'http://a:8080/#x' }, 'CHORUS_NODE_URL'],
    [{ CHORUS_NODE_URL: 'http://ann:hunter2@a:8080' }, 'CHORUS_NODE_URL'],
    [{ CHORUS_JWT_SECRET: 'short' }, 'CHORUS_JWT_SECRET'],
    [{ CHORUS_JWT_SECRET: secret, CHORUS_JWKS_URL: 'https://x.example/jwks' }, 'CHORUS_JWKS_URL'],
    [{ CHORUS_JWKS_URL: 'ftp://x.example' }, 'CHORUS_JWKS_URL'],
    [{ CHORUS_POST_LIMIT: '10' }, 'CHORUS_POST_LIMIT'],
    [{ CHORUS_POST_LIMIT: '0/10s' }, 'CHORUS_POST_LIMIT'],
    [{ CHORUS_STREAM_LIMIT: '0' }, 'CHORUS_STREAM_LIMIT'],
    [{ CHORUS_READ_LIMIT: 'many' }, 'CHORUS_READ_LIMIT'],
    [{ CHORUS_CORS_ORIGINS: 'https://a.example/' }, 'CHORUS_CORS_ORIGINS'],
    [{ CHORUS_CORS_ORIGINS: 'https://A.example' }, 'CHORUS_CORS_ORIGINS'],
    [{ CHORUS_CORS_ORIGINS: 'a.example' }, 'CHORUS_CORS_ORIGINS'],
    [{ CHORUS_CORS_ORIGINS: 'https://a.example,*' }, 'CHORUS_CORS_ORIGINS'],
    [{ CHORUS_CORS_ORIGINS: 'file:///a' }, 'CHORUS_CORS_ORIGINS'],
    [{ CHORUS_JWKS_URL: 'https://ann:hunter2@x.example/jwks' }, 'CHORUS_JWKS_URL'],
    [{ CHORUS_TRUST_PROXY: 'everybody' }, 'CHORUS_TRUST_PROXY'],
    [{ CHORUS_TRUST_PROXY: '10.0.0.0/33' }, 'CHORUS_TRUST_PROXY'],
    [{ CHORUS_WORKERS: '0' }, 'CHORUS_WORKERS'],
    [{ CHORUS_LOG_LEVEL: 'loud' }, 'CHORUS_LOG_LEVEL'],
    [{ CHORUS_HOST: '0.0.0.0' }, 'CHORUS_JWT_SECRET'],
  ])('CL-3: %o is refused in one line that names %s', (values, named) => {
    const refuse = () => parseConfig(values)
    expect(refuse).toThrow(ConfigError)
    expect(refuse).toThrow(new RegExp(`^[^\\n]*${named}[^\\n]*$`))
  })

  const cluster = { CHORUS_JWT_SECRET: secret, CHORUS_REGISTRY: 'zookeeper://zk/chorus' }
  const postgres = { CHORUS_STORE: 'postgres://chorus:hunter2@db/chorus' }

  test.each<[string, Values, string]>([
    ['an embedded store under two processes', { ...cluster, CHORUS_ROLES: 'comments' }, 'CHORUS_STORE'],
    [
      'a memory bus between two processes',
      { ...cluster, ...postgres, CHORUS_ROLES: 'realtime,gateway' },
      'CHORUS_BUS',
    ],
    ['a memory bus beside other nodes', { ...cluster, ...postgres }, 'CHORUS_BUS'],
    [
      'a dispatched bus that knows no nodes',
      { CHORUS_JWT_SECRET: secret, ...postgres, CHORUS_BUS: 'dispatched:', CHORUS_ROLES: 'comments' },
      'CHORUS_REGISTRY',
    ],
    [
      'a dispatched bus without a dispatcher',
      { CHORUS_BUS: 'dispatched:', CHORUS_ROLES: 'comments,realtime' },
      'CHORUS_REGISTRY',
    ],
    [
      'workers that nobody finds',
      { CHORUS_WORKERS: '2', CHORUS_ROLES: 'comments,realtime' },
      'CHORUS_WORKERS',
    ],
    ['a gateway that knows no nodes', { CHORUS_ROLES: 'gateway' }, 'CHORUS_REGISTRY'],
    ['a dispatcher that knows no nodes', { CHORUS_ROLES: 'dispatcher' }, 'CHORUS_REGISTRY'],
    ['workers without their role', { CHORUS_ROLES: 'gateway', CHORUS_WORKERS: '2' }, 'CHORUS_WORKERS'],
    [
      'demo mode on several machines',
      { CHORUS_REGISTRY: 'zookeeper://zk', CHORUS_BUS: 'dispatched:' },
      'demo',
    ],
    ['demo mode on a shared database', postgres, 'demo'],
    [
      'nodes that share no secret',
      {
        CHORUS_JWKS_URL: 'https://x.example/jwks',
        ...postgres,
        CHORUS_REGISTRY: 'zookeeper://zk',
        CHORUS_BUS: 'dispatched:',
      },
      'CHORUS_CLUSTER_SECRET',
    ],
    [
      'an address that means another machine on each',
      { ...cluster, ...postgres, CHORUS_BUS: 'dispatched:', CHORUS_HOST: '0.0.0.0' },
      'CHORUS_NODE_URL',
    ],
  ])('CL-3: settings that do not go together are refused: %s', (_, values, named) => {
    const refuse = () => parseConfig(values)
    expect(refuse).toThrow(ConfigError)
    expect(refuse).toThrow(new RegExp(`^[^\\n]*${named}[^\\n]*$`))
    expect(refuse).not.toThrow(/hunter2/)
  })

  test('CL-3: a cluster in all its parts is taken', () => {
    const values = { ...cluster, ...postgres, CHORUS_BUS: 'dispatched:', CHORUS_ROLES: 'realtime' }
    expect(parseConfig(values)).toMatchObject({
      roles: ['realtime'],
      store: { kind: 'postgres', url: postgres.CHORUS_STORE },
      bus: { kind: 'dispatched' },
      registry: { kind: 'zookeeper', hosts: 'zk:2181', path: '/chorus', sessionTimeoutMs: 3_000 },
      clusterSecret: secret,
    })
  })

  test('CL-3: proxies are addresses and ranges', () => {
    expect(parseConfig({ CHORUS_TRUST_PROXY: 'loopback, 10.0.0.0/8,::1' }).trustProxy).toEqual([
      'loopback',
      '10.0.0.0/8',
      '::1',
    ])
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
