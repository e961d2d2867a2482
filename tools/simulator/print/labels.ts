import type { Seating } from '../modes/mode-figures.ts'
import type { SimulationReport } from '../report.ts'

/** Who decides where a viewer sits, in a word or two. */
export const seatings: Record<Seating, string> = {
  dispatcher: 'Dispatcher',
  hash: 'hashed',
  anywhere: 'anywhere',
}

/** What has been computed, and how: nobody should have to guess. A paragraph each. */
export function method({ assumptions: a }: SimulationReport): string[] {
  return [
    'Exact: the assignments (by Chorus’s own code, from reports that are up to two seconds old), slots, moves, documents, ' +
      'and on which node each live video is. By expectation: how many watch, comment, come and go, and what nodes receive ' +
      'where viewers sit anywhere. Sampled: the noise in the reports; the viewers who lost their node.',
    `Assumed: a viewer stays ${a.staySeconds} s on average and comments once in ${a.secondsPerComment} s; at most ` +
      `${a.commentsPerSecondMax} comments/s on a live video, which lasts ${a.liveVideoMinutes} minutes; a node opens ` +
      `${thousands(a.connectsPerSecondPerNode)} streams/s, a gateway answers ${thousands(a.connectsPerSecondPerGateway)} ` +
      `requests/s, one gateway to ${a.nodesPerGateway} nodes; a lease of ${a.leaseSeconds} s; ${a.redisPartitions} ` +
      `partitions in Redis and ${a.kafkaPartitions} in Kafka, the defaults.`,
  ]
}

const thousands = (value = 0): string => value.toLocaleString('en')

/** Lines of at most `width` characters, broken between words. */
export function wrap(words: string[], width: number, between = ' '): string[] {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + between.length + word.length <= width)
      lines[lines.length - 1] = last + between + word
    else lines.push(word)
  }
  return lines
}
