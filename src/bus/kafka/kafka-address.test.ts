import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseKafkaAddress } from './kafka-address.ts'

describe('BU-20: a kafka:// address', () => {
  test('BU-20: brokers and a topic are enough', () => {
    expect(parseKafkaAddress('kafka://a.example,10.0.0.1:9093/chorus')).toEqual({
      brokers: [
        { host: 'a.example', port: 9_092 },
        { host: '10.0.0.1', port: 9_093 },
      ],
      topic: 'chorus',
      partitions: 64,
      replicas: null,
      retentionMs: 3_600_000,
    })
  })

  test('BU-20: says how a missing topic is made', () => {
    expect(parseKafkaAddress('kafka://a/chorus?partitions=8&replicas=3&retentionMs=60000')).toMatchObject({
      partitions: 8,
      replicas: 3,
      retentionMs: 60_000,
    })
  })

  test.each([
    ['kafka://a:9092', 'kafka://host'],
    ['kafka://a:9092/', 'topic'],
    ['kafka:///chorus', 'broker'],
    ['kafka://a:0/chorus', 'broker'],
    ['kafka://a:65536/chorus', 'broker'],
    ['kafka://a,/chorus', 'broker'],
    ['kafka://a/chorus/more', 'kafka://host'],
    ['kafka://a/two words', 'topic'],
    ['kafka://a/..', 'topic'],
    ['kafka://a/chorus?partitons=8', 'partitons'],
    ['kafka://a/chorus?toString=8', 'toString'],
    ['kafka://a/chorus?partitions=0', 'partitions'],
    ['kafka://a/chorus?partitions=', 'partitions'],
    ['kafka://a/chorus?partitions=8&partitions=9', 'twice'],
    ['kafka://a/chorus?retentionMs=1h', 'retentionMs'],
    ['kafka://a/chorus#end', 'kafka://host'],
    ['redis://a/chorus', 'kafka://host'],
  ])('BU-20: %s is refused in one line that says %s', (text, named) => {
    expect(() => parseKafkaAddress(text)).toThrow(new RegExp(`^[^\\n]*${named}[^\\n]*$`))
  })

  test('BU-20: what may be a password is not repeated', () => {
    const refuse = () => parseKafkaAddress('kafka://ann:hunter2@a:9092/chorus')
    expect(refuse).toThrow('no user and password')
    expect(refuse).not.toThrow(/hunter2/)
  })

  test('BU-20: what is written is read', () => {
    const host = fc.stringMatching(/^[A-Za-z0-9.-]{1,20}$/)
    const address = fc.record({
      brokers: fc.array(fc.record({ host, port: fc.integer({ min: 1, max: 65_535 }) }), { minLength: 1 }),
      topic: fc.stringMatching(/^[A-Za-z0-9_-]{1,249}$/),
      partitions: fc.integer({ min: 1, max: 4_096 }),
      replicas: fc.integer({ min: 1, max: 15 }),
      retentionMs: fc.integer({ min: 60_000, max: 2_592_000_000 }),
    })
    fc.assert(
      fc.property(address, (address) => {
        const { brokers, topic, ...parameters } = address
        const hosts = brokers.map(({ host, port }) => `${host}:${port}`).join()
        const query = Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
        expect(parseKafkaAddress(`kafka://${hosts}/${topic}?${query.join('&')}`)).toEqual(address)
      }),
    )
  })

  test('BU-20: anything else is refused in one line', () => {
    fc.assert(
      fc.property(fc.string(), (end) => {
        try {
          parseKafkaAddress(`kafka://a/${end}`)
        } catch (error) {
          expect((error as Error).message).not.toContain('\n')
        }
      }),
    )
  })
})
