import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { allRoles } from '../src/config/config.ts'
import { parseConfig, type Values } from '../src/config/parse-config.ts'
import { settings, type Variable } from '../src/config/settings.ts'

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

describe('DP-1: what stands in deploy/ is what this program takes', () => {
  test.each(files)('DP-1: every setting that %s names is one', (file) => {
    const known = new Set<string>(settings.map(({ variable }) => variable))
    const named = [...read(file).matchAll(/\bCHORUS_[A-Z_]+\b/g)].map(([name]) => name)
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  test.each(allRoles)('DP-1: a pod of the role %s would start', (role) => {
    const manifest = read(`deploy/kubernetes/${role}.yaml`)
    const shared = valuesIn(read('deploy/kubernetes/settings.yaml'))
    const config = parseConfig({ ...shared, ...filledIn, CHORUS_ROLES: role })
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
