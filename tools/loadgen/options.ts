import { z } from 'zod'
import { isLiveVideoId } from '../../src/domain/live-video.ts'
import { isLoopback, parseTarget } from './wire/target.ts'

/**
 * `deliver`: viewers watch, comments are posted at a rate. `idle`: viewers watch, nothing is posted.
 * `accept`: no viewers; posters that post again as soon as they are answered.
 */
export const benchModes = ['deliver', 'idle', 'accept'] as const
export type BenchMode = (typeof benchModes)[number]

/** As text too: a command line can be passed on as it was read. */
const number = (min: number, max: number) => z.coerce.number<number | string>().min(min).max(max)
const whole = (min: number, max: number) => z.coerce.number<number | string>().int().min(min).max(max)

const Options = z.strictObject({
  mode: z.enum(benchModes).default('deliver'),
  url: z
    .url({ protocol: /^https?$/, error: 'not an http or https URL' })
    .default('http://127.0.0.1:8080')
    .describe('of the server to load'),
  allowRemote: z.boolean().default(false).describe('load a server that is not on this machine'),
  liveVideoId: z
    .string()
    .refine(isLiveVideoId, 'not a LiveVideoId')
    .default(() => `bench-${randomWord()}`)
    .describe('a live video that nobody else comments on'),
  gzip: z.boolean().default(false).describe('accept gzip, as a browser does'),
  viewers: whole(1, 50_000).default(100).describe('held open at once'),
  joinPerSecond: number(1, 50_000).default(1_000).describe('viewers that come per second'),
  commentsPerSecond: number(0.1, 10_000).default(20).describe('comments posted per second'),
  durationSeconds: number(0.1, 3_600).default(10).describe('how long to post, or in idle mode to hold'),
  settleSeconds: number(0, 600).default(10).describe('the longest wait for the last deliveries'),
  authors: whole(1, 20_000)
    .nullable()
    .default(null)
    .describe('distinct authors; by default enough to stay within ten comments in ten seconds each'),
  textBytes: whole(24, 5_000).default(120).describe('length of a comment'),
  secret: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('signs the tokens; without it they are demo tokens'),
  concurrency: whole(1, 1_000).default(64).describe('posters in accept mode'),
  serverPid: whole(1, 2 ** 22)
    .nullable()
    .default(null)
    .describe('process of the server, freshly started, to report its memory and CPU (Linux)'),
})

/** What to measure; everything has a default. */
export type BenchOptions = z.input<typeof Options>

/** The same with everything filled in. */
export type BenchPlan = Omit<z.output<typeof Options>, 'authors'> & { authors: number }

/** Names, defaults and meanings, for a command line's help. */
export const benchOptions: { name: keyof BenchOptions; fallback: unknown; description: string }[] =
  Object.entries(Options.shape).map(([name, field]) => ({
    name: name as keyof BenchOptions,
    fallback: name === 'liveVideoId' ? 'bench-<random>' : field.def.defaultValue,
    description: field.description ?? '',
  }))

/** The options cannot be used; `message` is one line for whoever gave them. */
export class BenchOptionsError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'BenchOptionsError'
  }
}

/** @throws BenchOptionsError */
export function planBench(options: BenchOptions): BenchPlan {
  const { data, error } = Options.safeParse(options)
  if (error)
    throw new BenchOptionsError(error.issues.map(({ path, message }) => `${path}: ${message}`).join('; '))
  const target = parseTarget(data.url)
  if (!data.allowRemote && !isLoopback(target))
    throw new BenchOptionsError(
      `url: ${target.host} is not this machine; to load it all the same, allow remote hosts`,
    )
  return { ...data, authors: data.authors ?? defaultAuthors(data) }
}

/** Short, and of letters and digits alone. */
export const randomWord = (): string => Math.random().toString(36).slice(2, 10).padEnd(8, '0')

/**
 * A server takes ten comments in ten seconds of each author unless told otherwise. Authors who take turns post once
 * every authors ÷ rate seconds: with as many authors as comments a second the eleventh would come just as the ten
 * seconds end, or a moment before. A quarter more leaves each at eight or nine.
 */
function defaultAuthors({ mode, commentsPerSecond, concurrency }: z.output<typeof Options>): number {
  return mode === 'accept' ? concurrency : Math.ceil(commentsPerSecond * 1.25)
}
