import { Counter, Histogram, type Registry } from 'prom-client'
import type { CommentsMetrics } from '../comments/metrics.ts'
import { secondsBuckets } from './buckets.ts'

const batchBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500]

export function commentsMetrics(registry: Registry): CommentsMetrics {
  const registers = [registry]
  const comments = new Counter({
    name: 'chorus_comments_total',
    help: 'Comments posted, by what became of them: created, repeated, or a problem code',
    labelNames: ['result'],
    registers,
  })
  const commit = new Histogram({
    name: 'chorus_commit_seconds',
    help: 'Time of one transaction of the store',
    buckets: secondsBuckets,
    registers,
  })
  const batch = new Histogram({
    name: 'chorus_commit_commands',
    help: 'Commands that shared one transaction',
    buckets: batchBuckets,
    registers,
  })
  return {
    committed(commands, milliseconds) {
      commit.observe(milliseconds / 1_000)
      batch.observe(commands)
    },
    commented: (result) => comments.inc({ result }),
  }
}
