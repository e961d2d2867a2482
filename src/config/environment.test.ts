import fc from 'fast-check'
import { expect, test } from 'vitest'
import { refuseUnknownVariables } from './environment.ts'
import { ConfigError } from './errors.ts'
import { parseConfig } from './parse-config.ts'
import { settings } from './settings.ts'

const names = settings.map(({ variable }) => variable)
const refusal = (name: string, value = 'hunter2') => {
  try {
    refuseUnknownVariables({ PATH: '/bin', [name]: value })
    return null
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
}

test('CL-7: every setting is known, and so is what is not ours', () => {
  for (const name of [...names, 'HOME', 'CHORUSMASTER', 'POSTGRES_CHORUS_PORT'])
    expect(refusal(name)).toBeNull()
})

test.each([
  ['CHORUS_ROLE', 'CHORUS_ROLES'],
  ['chorus_roles', 'CHORUS_ROLES'],
  ['CHORUS_JWT_SECERT', 'CHORUS_JWT_SECRET'],
  ['CHORUS_TRUST_PROXIES', 'CHORUS_TRUST_PROXY'],
  ['CHORUS_LOGLEVEL', 'CHORUS_LOG_LEVEL'],
  ['CHORUS_COLOUR_OF_CURTAINS', '--help'],
])('CL-7: %s is refused in a line that names %s and not the value', (name, named) => {
  expect(refusal(name)).toMatch(new RegExp(`^${name} is no setting: [^\\n]*${named}`))
  expect(refusal(name)).not.toContain('hunter2')
})

test('CL-7: one letter more, less or other is recognised', () => {
  const typos = fc
    .tuple(fc.constantFrom(...names), fc.nat(), fc.constantFrom('', 'Q', 'QQ'))
    .map(([name, at, put]) => {
      const index = 7 + (at % (name.length - 7))
      return { name, typo: name.slice(0, index) + put + name.slice(index + 1) }
    })
    .filter(({ typo }) => !names.some((name) => name === typo))
  fc.assert(fc.property(typos, ({ typo }) => void expect(refusal(typo)).toMatch(/did you mean CHORUS_/)))
})

/** https://kubernetes.io/docs/concepts/containers/container-environment/#cluster-information */
const links = (service: string): string[] =>
  [
    'SERVICE_HOST',
    'SERVICE_PORT',
    'SERVICE_PORT_HTTP',
    'PORT_80_TCP',
    'PORT_80_TCP_PROTO',
    'PORT_80_TCP_ADDR',
  ]
    .concat('PORT_80_TCP_PORT', 'PORT_8443_UDP')
    .map((name) => `${service}_${name}`)

test('CL-7: what Kubernetes sets for a Service is passed over', () => {
  for (const name of [...links('CHORUS'), ...links('CHORUS_GATEWAY'), 'CHORUS_GATEWAY_PORT'])
    expect(refusal(name, 'tcp://10.0.0.1:80')).toBeNull()
})

test('CL-7: where it takes the place of a setting, the message says so', () => {
  expect(refusal('CHORUS_PORT', 'tcp://10.0.0.1:80')).toMatch(/Kubernetes.*enableServiceLinks: false/)
  expect(refusal('CHORUS_PORT', '8080')).toBeNull()
})

test('CL-7: the address of a node is a host and a port, and one spelling', () => {
  const urlOf = (url: string) => parseConfig({ CHORUS_NODE_URL: url }).nodeUrl
  expect([urlOf('http://Node-1:80/'), urlOf('https://[::1]:8443')]).toEqual([
    'http://node-1',
    'https://[::1]:8443',
  ])
  expect(() => urlOf('http://ann:hunter2@a:8080')).toThrow(/^(?!.*hunter2).*CHORUS_NODE_URL/)
})
