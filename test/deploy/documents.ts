import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, parseAllDocuments } from 'yaml'
import type { Settings } from '../support/chorus-command.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

interface Variable {
  name: string
  value?: string
  valueFrom?: { fieldRef?: { fieldPath: string }; secretKeyRef?: { name: string; key: string } }
}

interface Manifest {
  kind: string
  metadata: { name: string }
  data?: Record<string, string>
  spec?: { template?: { spec: { containers: Container[] } } }
}

interface Container {
  env: Variable[]
  envFrom: { configMapRef: { name: string } }[]
  readinessProbe: { httpGet: { path: string } }
}

/** A process as a document has it started. */
export interface Started {
  name: string
  settings: Settings
  /** Behind `chorus serve`. */
  args: string[]
}

export interface Pod extends Started {
  readinessPath: string
}

const manifestsIn = (file: string): Manifest[] =>
  parseAllDocuments(read(`deploy/kubernetes/${file}`)).map((document) => document.toJS() as Manifest)

/** A pod of each Deployment, with the environment that Kubernetes would give it. @param secret by key */
export function podsOf(secret: Record<string, string>): Pod[] {
  const { resources } = parse(read('deploy/kubernetes/kustomization.yaml')) as { resources: string[] }
  const manifests = resources.flatMap(manifestsIn)
  const shared = (name: string): Settings =>
    manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name)?.data ?? {}
  return manifests.flatMap(({ kind, metadata, spec }) => {
    const [container] = (kind === 'Deployment' && spec?.template?.spec.containers) || []
    if (!container) return []
    const environment = container.envFrom.reduce<Settings>(
      (all, { configMapRef }) => Object.assign(all, shared(configMapRef.name)),
      {},
    )
    for (const variable of container.env)
      environment[variable.name] = environmentValue(variable, environment, secret)
    const readinessPath = container.readinessProbe.httpGet.path
    return [{ name: metadata.name, settings: environment, args: [], readinessPath }]
  })
}

/** https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/ */
function environmentValue(
  { name, value, valueFrom }: Variable,
  before: Settings,
  secret: Record<string, string>,
) {
  if (value !== undefined) return value.replace(/\$\((\w+)\)/g, (_, other: string) => before[other] ?? '')
  if (valueFrom?.fieldRef?.fieldPath === 'status.podIP') return '10.0.0.1'
  const found = secret[valueFrom?.secretKeyRef?.key ?? '']
  if (found === undefined) throw new Error(`${name} has a value that this test knows nothing of`)
  return found
}

/** The services of compose.yaml that run Chorus. */
export function containersOf(): Started[] {
  const { services } = parse(read('compose.yaml'), { merge: true }) as {
    services: Record<string, { image?: string; environment?: Settings }>
  }
  return Object.entries(services)
    .filter(([, { image }]) => image === 'chorus')
    .map(([name, { environment = {} }]) => ({ name, settings: environment, args: [] }))
}

/** The image by itself: what its Dockerfile sets and runs. */
export function image(): Started & { nodeArgs: string[] } {
  const text = read('Dockerfile')
  const [, variables = ''] = /^ENV (.*)$/m.exec(text) ?? []
  const environment = Object.fromEntries(variables.split(' ').map((pair) => pair.split('=')))
  const [, entry = '[]'] = /^ENTRYPOINT (.*)$/m.exec(text) ?? []
  const [, ...command] = JSON.parse(entry) as string[]
  const program = command.indexOf('bin/chorus.js')
  const nodeArgs = command.slice(0, program)
  return { name: 'image', settings: environment, args: command.slice(program + 2), nodeArgs }
}

/** Every `chorus serve …` in a code fence of a document, with what its block exports; and `npm start -- …` anywhere. */
export function commandsIn(file: string): Started[] {
  const text = read(file)
  const fences = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, fence = '']) => fence)
  const inline = [...text.matchAll(/`(npm start -- [^`]*)`/g)].map(([, command = '']) => command)
  return [...fences, ...inline].flatMap((fence) => {
    const exported = [...fence.matchAll(/\b(CHORUS_\w+)=(\S+)/g)].map(([, name = '', value]) => [name, value])
    const lines = [...fence.matchAll(/^(?:npx chorus serve|npm start(?: --)?)(?= |$) *([^#\n]*)/gm)]
    return lines.map(([line, args = '']) => ({
      name: line.trim(),
      settings: Object.fromEntries(exported) as Settings,
      args: args.trim().split(/\s+/).filter(Boolean),
    }))
  })
}

/** Combinations of roles that a document recommends in its text. */
export const rolesIn = (file: string): string[] =>
  [...read(file).matchAll(/--roles ([a-z,]+)/g)].map(([, roles = '']) => roles)
