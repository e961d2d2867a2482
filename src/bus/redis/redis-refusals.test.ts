import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { startRedis } from '../../../test/support/backends/redis.ts'
import { freePort } from '../../../test/support/free-port.ts'
import { tempFolder } from '../../../test/support/temp-folder.ts'
import { RedisConfigError } from './redis-url.ts'
import { eventOf, openForTest } from './testing/open-for-test.ts'

/** What the opening is refused with, in one line. */
async function refusal(url: string): Promise<string> {
  const error: unknown = await openForTest(url).then(
    () => null,
    (error) => error,
  )
  expect(error).toBeInstanceOf(RedisConfigError)
  expect((error as Error).message).not.toMatch(/hunter2|\n/)
  return (error as Error).message
}

describe('BU-15: what no waiting mends is refused at the start, in one line', () => {
  test('BU-15: a password that is wrong, or missing', async () => {
    await using redis = await startRedis(['--requirepass', 'right'])
    expect(await refusal(`redis://:hunter2@${redis.address}`)).toBe(
      `Redis at ${redis.address} does not take this user and password`,
    )
    expect(await refusal(`redis://${redis.address}`)).toMatch(/ wants a password: redis:\/\/:password@host/)
  })

  test('BU-15: the right one', async () => {
    await using redis = await startRedis(['--requirepass', 'right'])
    await redis.ask('acl', 'setuser', 'ann', 'on', '>p@ss', '&*', '+@all')
    for (const user of [':right', 'ann:p%40ss']) {
      await using node = await openForTest(`redis://${user}@${redis.address}`)
      await node.bus.subscribe('a')
      node.bus.publish([eventOf('a', 1)])
      await expect.poll(() => node.received).toEqual([eventOf('a', 1)])
    }
  })

  test('BU-15: a Redis that is no cluster', async () => {
    await using redis = await startRedis()
    expect(await refusal(`redis://${redis.address}?cluster=true`)).toMatch(/ is no cluster/)
  })

  test('BU-15: TLS that is not to be trusted; and when it is', async () => {
    using folder = tempFolder()
    const [key, certificate] = [join(folder.path, 'key.pem'), join(folder.path, 'certificate.pem')]
    makeCertificate(key, certificate)
    const port = await freePort()
    const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-auth-clients', 'no']
    await using _redis = await startRedis(['--tls-port', String(port), ...files])
    const url = `rediss://localhost:${port}`
    expect(await refusal(url)).toMatch(/, TLS: self-signed certificate/)
    setDefaultCACertificates([...getCACertificates(), readFileSync(certificate, 'utf8')])
    await using node = await openForTest(url)
    await node.bus.subscribe('a')
    node.bus.publish([eventOf('a', 1)])
    await expect.poll(() => node.received).toEqual([eventOf('a', 1)])
  })
})

test('BU-15: a channel that the server refuses is reported, and nobody waits for it', async () => {
  await using redis = await startRedis()
  await redis.ask('acl', 'setuser', 'ann', 'on', '>pw', 'resetchannels', '&allowed:*', '+@all')
  await using node = await openForTest(`redis://ann:pw@${redis.address}?prefix=forbidden`)
  await node.bus.subscribe('a')
  node.bus.publish([eventOf('a', 1)])
  await expect.poll(() => node.counts.dropped).toBe(1)
  expect(node.reports).toEqual([
    expect.stringMatching(/ refuses a subscription, and viewers get comments late: NOPERM/),
    expect.stringMatching(/^events were not sent to Redis; viewers get them late: NOPERM/),
  ])
  await redis.ask('acl', 'setuser', 'ann', '&forbidden:*')
  await expect.poll(() => node.interruptions).toBe(1)
})

function makeCertificate(key: string, certificate: string): void {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const files = ['-keyout', key, '-out', certificate]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...files], { stdio: 'ignore' })
}
