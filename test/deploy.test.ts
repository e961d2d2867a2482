import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { allRoles } from '../src/config/config.ts'
import { parseConfig, type Values } from '../src/config/parse-config.ts'
import { secretVariables, settings, type Variable } from '../src/config/settings.ts'
import { podsOf } from './deploy/documents.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const manifests = readdirSync(join(root, 'deploy/kubernetes')).map((file) => `deploy/kubernetes/${file}`)
const files = ['Dockerfile', 'compose.yaml', 'compose.backends.yaml', ...manifests]

/** What has to be a secret or is another in each pod. */
const filledIn: Values = {
  CHORUS_JWT_SECRET: 's'.repeat(32),
  CHORUS_STORE: 'postgres://chorus:secret@postgres:5432/chorus',
  CHORUS_NODE_URL: 'http://10.0.0.1:8080',
}

/** `NAME: value` as it stands in a manifest, for every variable of ours. */
function valuesIn(text: string): Values {
  const lines = text.matchAll(/^\s*(CHORUS_[A-Z_]+): '?([^'\n]*?)'?$/gm)
  return Object.fromEntries([...lines].map(([, name, value]) => [name as Variable, value]))
}

/** The settings of a pod, with the secrets that its manifest names and no others. */
const podSettings = (role: string): Values =>
  podsOf({ 'jwt-secret': 's'.repeat(32), store: filledIn.CHORUS_STORE ?? '' }).find(
    ({ name }) => name === role,
  )?.settings as Values

describe('DP-1: what stands in deploy/ is what this program takes', () => {
  test.each(files)('DP-1: every setting that %s names is one', (file) => {
    const known = new Set<string>(settings.map(({ variable }) => variable))
    const named = [...read(file).matchAll(/\bCHORUS_[A-Z_]+\b/g)].map(([name]) => name)
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  test.each(allRoles)('DP-1: a pod of the role %s would start', (role) => {
    const manifest = read(`deploy/kubernetes/${role}.yaml`)
    const config = parseConfig(podSettings(role))
    expect([config.roles, config.port]).toEqual([[role], 8080])
    expect(manifest).toContain(`value: ${role}\n`)
    expect(manifest).toMatch(/path: \/readyz/)
  })

  test.each(allRoles)('DP-1: a container of the role %s would start', (role) => {
    const environment = valuesIn(read('compose.yaml').split('services:')[0] ?? '')
    const config = parseConfig({ ...environment, ...filledIn, CHORUS_HOST: '0.0.0.0', CHORUS_ROLES: role })
    expect([config.bus.kind, config.gateway]).toEqual(['dispatched', 'accel'])
    expect(read('compose.yaml')).toMatch(new RegExp(`CHORUS_ROLES: ${role}\\b`))
  })

  test('DP-2: whoever stops a node waits longer than a node takes to stop', () => {
    const [, ms = ''] = /stopMsMax = ([\d_]+)/.exec(read('src/cli/serve.ts')) ?? []
    const stopSeconds = Number(ms.replaceAll('_', '')) / 1_000
    const [, compose = ''] = /stop_grace_period: (\d+)s/.exec(read('compose.yaml')) ?? []
    expect(Number(compose)).toBeGreaterThan(stopSeconds)
    for (const role of allRoles) {
      const [, pod = ''] =
        /terminationGracePeriodSeconds: (\d+)/.exec(read(`deploy/kubernetes/${role}.yaml`)) ?? []
      expect(Number(pod)).toBeGreaterThan(stopSeconds)
    }
  })
})

interface Policy {
  metadata: { name: string }
  spec: {
    podSelector: { matchLabels?: Labels; matchExpressions?: { key: string; values: string[] }[] }
    policyTypes: string[]
    ingress?: Rule[]
    egress?: Rule[]
  }
}
interface Rule {
  from?: Peer[]
  to?: Peer[]
  ports: { port: number }[]
}
type Labels = Record<string, string>
type Peer = { podSelector?: { matchLabels: Labels }; namespaceSelector?: { matchLabels: Labels } }

const documents = (file: string): unknown[] =>
  parseAllDocuments(read(`deploy/kubernetes/${file}`)).map((document) => document.toJS())

const policies = documents('network-policies.yaml') as Policy[]

const labelsOf = (role: string): Labels => {
  const [{ spec }] = documents(`${role}.yaml`) as [{ spec: { template: { metadata: { labels: Labels } } } }]
  return spec.template.metadata.labels
}

const fits = (wanted: Labels = {}, labels: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value)

const isFor = ({ spec: { podSelector } }: Policy, labels: Labels): boolean =>
  fits(podSelector.matchLabels, labels) &&
  (podSelector.matchExpressions ?? []).every(({ key, values }) => values.includes(labels[key] ?? ''))

/** Whether a pod with these labels, of this namespace, is let in; `outside`: from anywhere else. */
const letsIn = (role: string, port: number, from: Labels | 'outside'): boolean =>
  policies
    .filter((policy) => isFor(policy, labelsOf(role)))
    .flatMap(({ spec }) => spec.ingress ?? [])
    .filter(({ ports }) => ports.some((each) => each.port === port))
    .some(
      ({ from: peers }) =>
        peers === undefined ||
        (from !== 'outside' &&
          peers.some(({ podSelector }) => podSelector && fits(podSelector.matchLabels, from))),
    )

const letsOut = (role: string, port: number): boolean =>
  policies
    .filter((policy) => isFor(policy, labelsOf(role)))
    .flatMap(({ spec }) => spec.egress ?? [])
    .some(({ ports }) => ports.some((each) => each.port === port))

describe('DP-4: on Kubernetes everyone has and reaches what it needs, and nothing else', () => {
  test('DP-4: what no policy allows is refused', () => {
    const refusing = policies.filter(({ spec }) => !spec.ingress && !spec.egress)
    expect(refusing.map(({ spec }) => spec)).toEqual([
      { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    ])
    expect(read('deploy/kubernetes/kustomization.yaml')).toContain('- network-policies.yaml\n')
  })

  test.each(allRoles)('DP-4: the world reaches nothing of the role %s but the front door', (role) => {
    expect([8080, 8081].filter((port) => letsIn(role, port, 'outside'))).toEqual(
      role === 'gateway' ? [8080] : [],
    )
    for (const other of allRoles) {
      const { internalPort, port } = parseConfig(podSettings(role))
      expect(letsIn(role, internalPort ?? port, labelsOf(other))).toBe(true)
    }
    expect(letsIn(role, 8081, { app: 'other' })).toBe(false)
  })

  test('DP-4: the Service of the gateways leads to the port that has neither metrics nor internals', () => {
    const [, service] = documents('gateway.yaml') as [unknown, { spec: { ports: { targetPort: string }[] } }]
    expect(service.spec.ports).toEqual([{ name: 'http', port: 80, targetPort: 'http' }])
    expect(podSettings('gateway')).toMatchObject({ CHORUS_PORT_INTERNAL: '8081' })
  })

  test.each(allRoles)(
    'DP-4: the role %s holds the secrets that it needs, and believes gateways alone',
    (role) => {
      const isNode = role === 'comments' || role === 'realtime'
      const given = podSettings(role)
      const held = secretVariables.filter((variable) => /SECRET|STORE/.test(variable) && variable in given)
      expect(held.sort()).toEqual(isNode ? ['CHORUS_JWT_SECRET', 'CHORUS_STORE'] : [])
      expect([letsOut(role, 5432), letsOut(role, 2181)]).toEqual([isNode, true])
      expect(given.CHORUS_TRUST_PROXY).toBe(isNode ? 'uniquelocal' : undefined)
      expect(read(`deploy/kubernetes/${role}.yaml`)).toMatch(/automountServiceAccountToken: false/)
    },
  )
})
