import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { measureEncode, measureKeptEncode } from './encode.ts'
import { measureFanOut } from './fan-out.ts'
import { measureFrame, measureGzipFrame, measureKeptJoin } from './frame.ts'
import { formatReport } from './report.ts'

/**
 * What our code adds, on the way of an event to its viewers, to what Node alone needs for the same: each step as a ratio to the
 * barest code that does it, both in turn in the same process, so that it means the same on any machine.
 *
 * `npm run bench:hot-path` prints the ratios beside those on record; `-- --record` puts new ones on record.
 */
const recordFile = fileURLToPath(new URL('../results/hot-path.json', import.meta.url))

const ratios = {
  'encode an event': await measureEncode(),
  'own memory for an event': await measureKeptEncode(),
  'make a frame of 10 events': await measureFrame(),
  'own memory for a frame': await measureKeptJoin(),
  'make it in gzip': await measureGzipFrame(),
  'write a frame to 500 viewers': await measureFanOut(),
}
const record: Record<string, number> = JSON.parse(await readFile(recordFile, 'utf8').catch(() => '{}'))
process.stdout.write(formatReport(ratios, record))
if (process.argv.includes('--record')) await writeFile(recordFile, `${JSON.stringify(ratios, null, 2)}\n`)
