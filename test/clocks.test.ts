import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const source = fileURLToPath(new URL('../src', import.meta.url))

/** Who may read the clock that people set, and why it does no harm when they do. Everything else measures with `elapsed`. */
const readers: Record<string, string> = {
  'system.ts': 'is the clock',
  'sdk/environment.ts': 'is the browser’s clock',
  'auth/tokens.ts': 'a token’s own times are times of day',
  'auth/verified-tokens.ts': 'a token’s own times are times of day',
  'auth/tickets.ts': 'a ticket’s own time is a time of day; a minute later there is another one',
  'gateway/demo-tokens.ts': 'a token’s own times are times of day',
  'realtime/heartbeats.ts': 'a stream ends when its token does',
  'compose/routes.ts': 'the header Date',
  'realtime/audience.ts': 'a metric that is never negative',
  'store/embedded/sqlite-log.ts': 'when an event was appended',
  'store/postgres/clock.ts': 'how far it is from the database’s clock',
  'cli/token.ts': 'a token’s own times are times of day',
  'compose/logger.ts': 'when a line was logged',
  'sdk/live-comments.ts': 'when a comment was written',
  'pages/watch/identity.ts': 'a guest’s token is asked for anew; a platform’s is never judged',
  'pages/watch/main.ts': 'hands the clock to identity.ts',
  'pages/watch/comment-log.ts': 'how long ago a comment was written',
}

const wallClock = /(?:Date|[cC]lock|needs)\.now\b|\bnew Date\(\)/

const found = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.ts$/.test(file) && !/(\.(test|contract|testing)\.ts$|testing\/)/.test(file))
  .filter((file) => wallClock.test(readFileSync(join(source, file), 'utf8')))

test('CK-1: only these read the clock that people set, each for a time of day and not for a duration', () => {
  expect(found.toSorted()).toEqual(Object.keys(readers).toSorted())
})
