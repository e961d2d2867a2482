import type { Target } from './target.ts'

/** One thing that a run found, such as `{ name: 'posts of others, p95', value: 12, unit: 'ms' }`. */
export interface Figure {
  name: string
  value: number
  unit: string
}

/** Something that a stranger can send, and what it costs the server and everyone else. */
export interface Attack {
  name: string
  /** What is sent, for the reader of the table. */
  input: string
  /** Flags of the server beside its defaults. */
  flags?: Record<string, string>
  /** Prepares, attacks for a bounded time and number of bytes, and reports. */
  run(target: Target): Promise<Figure[]>
}
