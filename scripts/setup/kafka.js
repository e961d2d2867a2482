import { join } from 'node:path'
import { complaintOf, fillOnce, hasCommand, hashOf, root } from './shell.js'

const pom = join(root, 'scripts', 'kafka', 'pom.xml')
const cache = join(root, '.cache', 'kafka')

/** Brings the jars of the Kafka broker into `.cache/kafka/lib`, once for each change of the pom. */
export function fetchKafka() {
  if (!hasCommand('mvn')) return
  const [begins, fails] = ['Fetching the jars of Kafka…', 'The jars of Kafka could not be fetched']
  fillOnce({ folder: cache, wanted: hashOf(pom), begins, fails }, copyJars)
}

const copyJars = () =>
  complaintOf('mvn', [
    ...['-B', '-q', '-f', pom],
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${join(cache, 'lib')}`,
  ])
