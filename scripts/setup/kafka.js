import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { complaintOf, hasCommand, hashOf, isStamped, root, say } from './shell.js'

const pom = join(root, 'scripts', 'kafka', 'pom.xml')
const cache = join(root, '.cache', 'kafka')
const stamp = join(cache, 'installed')

/** Brings the jars of the Kafka broker into `.cache/kafka/lib`, once for each change of the pom. */
export function fetchKafka() {
  const wanted = hashOf(pom)
  if (isStamped(stamp, wanted) || !hasCommand('mvn')) return
  say('Fetching Kafka…')
  rmSync(cache, { recursive: true, force: true })
  mkdirSync(cache, { recursive: true })
  const complaint = copyJars()
  if (complaint === null) writeFileSync(stamp, wanted)
  else say(`Kafka could not be fetched, and its tests can't run: ${complaint}`)
}

const copyJars = () =>
  complaintOf('mvn', [
    ...['-B', '-q', '-f', pom],
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${join(cache, 'lib')}`,
  ])
