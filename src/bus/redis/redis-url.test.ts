import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRedisUrl, RedisConfigError, type RedisTarget, redisModes } from './redis-url.ts'

const plain: RedisTarget = {
  seeds: [{ host: 'localhost', port: 6379 }],
  cluster: false,
  tls: false,
  username: null,
  password: null,
  mode: 'video',
  partitions: 128,
  prefix: 'chorus',
}

const host = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  fc.ipV6().filter((address) => !address.includes('%')),
)
const address = fc.record({ host, port: fc.integer({ min: 1, max: 65_535 }) })
const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })

const target: fc.Arbitrary<RedisTarget> = fc
  .record({
    seeds: fc.array(address, { minLength: 1, maxLength: 4 }),
    cluster: fc.boolean(),
    tls: fc.boolean(),
    username: fc.option(word),
    password: fc.option(word),
    mode: fc.constantFrom(...redisModes),
    partitions: fc.integer({ min: 1, max: 9_999 }),
    prefix: fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/),
  })
  .map((any) => ({
    ...any,
    cluster: any.cluster || any.seeds.length > 1,
    username: any.password === null ? null : any.username,
    partitions: any.mode === 'partitioned' ? any.partitions : 128,
  }))

function write(target: RedisTarget): string {
  const user = encodeURIComponent(target.username ?? '')
  const login = target.password === null ? '' : `${user}:${encodeURIComponent(target.password)}@`
  const hosts = target.seeds.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`)
  const { mode, cluster, prefix } = target
  const query = new URLSearchParams({ mode, cluster: String(cluster), prefix })
  if (mode === 'partitioned') query.set('partitions', String(target.partitions))
  return `redis${target.tls ? 's' : ''}://${login}${hosts.join(',')}?${query}`
}

describe('BU-15: the address of Redis', () => {
  test.each<[string, Partial<RedisTarget>]>([
    ['redis://localhost', {}],
    ['redis://localhost/', {}],
    ['redis://localhost:6379?', {}],
    ['rediss://localhost', { tls: true }],
    ['redis://localhost?mode=firehose', { mode: 'firehose' }],
    ['redis://localhost?mode=partitioned', { mode: 'partitioned' }],
    ['redis://localhost/?partitions=7&mode=partitioned', { mode: 'partitioned', partitions: 7 }],
    ['redis://:p%40ss@localhost', { password: 'p@ss' }],
    ['redis://ann:p:w@localhost', { username: 'ann', password: 'p:w' }],
    ['redis://[::1]:7000', { seeds: [{ host: '::1', port: 7_000 }] }],
    [
      'redis://a:1,b:2,c?mode=video&cluster=true',
      {
        cluster: true,
        seeds: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
          { host: 'c', port: 6379 },
        ],
      },
    ],
  ])('BU-15: %s', (url, what) => {
    expect(parseRedisUrl(url)).toEqual({ ...plain, ...what })
  })

  test('BU-15: what is written is what is read', () => {
    fc.assert(
      fc.property(target, (target) => {
        expect(parseRedisUrl(write(target))).toEqual(target)
      }),
    )
  })

  test.each([
    ['redis://localhost?mode=videos', 'mode takes firehose, partitioned or video'],
    ['redis://localhost?mode=', 'mode takes'],
    ['redis://localhost?moed=video', 'no parameters but mode, partitions, cluster, prefix'],
    ['redis://localhost?mode=video&mode=video', 'twice'],
    ['redis://localhost?cluster=yes', 'cluster takes true or false'],
    ['redis://a,b?mode=video', 'several hosts go with cluster=true'],
    ['redis://localhost?partitions=12', 'partitions goes with mode=partitioned'],
    ['redis://localhost?mode=partitioned&partitions=0', 'partitions takes'],
    ['redis://localhost?mode=partitioned&partitions=1e3', 'partitions takes'],
    ['redis://localhost?prefix=a:b', 'prefix takes'],
    ['redis://localhost/0', 'it takes redis://'],
    ['redis://localhost#x', 'it takes redis://'],
    ['redis://', 'it takes redis://'],
    ['http://localhost', 'it takes redis://'],
    ['redis://a,,b?cluster=true', 'a host takes'],
    ['redis://localhost:0', 'a host takes'],
    ['redis://localhost:65536', 'a host takes'],
    ['redis://ann@localhost', 'what stands before @'],
    ['redis://ann:%zz@localhost', 'what stands before @'],
  ])('BU-15: %s is refused in one line: %s', (url, why) => {
    expect(() => parseRedisUrl(url)).toThrow(RedisConfigError)
    const escaped = why.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    expect(() => parseRedisUrl(url)).toThrow(new RegExp(`^[^\\n]*${escaped}[^\\n]*$`))
  })

  test('BU-15: any text is taken or refused in one line, and no part of it is repeated', () => {
    const secret = 'hunter2'
    const part = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('redis://', 'localhost', ':', '@', '?mode=', '&', '=', ',', '/', '%', 'cluster=true'),
    )
    const text = fc.tuple(fc.array(part, { maxLength: 6 }), fc.array(part, { maxLength: 6 }))
    fc.assert(
      fc.property(text, ([before, after]) => {
        try {
          parseRedisUrl([...before, secret, ...after].join(''))
        } catch (error) {
          expect(error).toBeInstanceOf(RedisConfigError)
          expect((error as Error).message).not.toMatch(/hunter2|\n/)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
