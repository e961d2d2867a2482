import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { loadCore, pinned } from './machine/cores.ts'

/** Lines of the plan (`load/plan.h`); an array is a line for each, null none. */
export type Plan = Record<string, string | number | true | null | readonly string[]>

export interface Times {
  p50: number
  p99: number
  max: number
}

/** What `load/watch.c` saw. */
export interface Watched {
  /** Until the last comment came to its last viewer; the second one to the end, when it had waited in vain. */
  seconds: number
  wholeSeconds: number
  loadCpuSeconds: number
  /** Viewers: with their first bytes; sent compressed ones; refused or cut off. */
  ready: number
  compressed: number
  failed: number
  deliveries: number
  lost: number
  repeated: number
  outOfOrder: number
  reads: number
  bytes: number
  latencyMs: Times | null
  posted: number
  accepted: number
  refused: number
  misordered: number
  replyMs: Times | null
  otherPosted: number
  otherAccepted: number
  otherRefused: number
  otherReplyMs: Times | null
}

/** What `load/join.c` saw. */
export interface Joined {
  seconds: number
  loadCpuSeconds: number
  joins: number
  failed: number
  joinMs: Times | null
}

/** A load that is under way: its viewers are there, and it waits to be told to begin. */
export interface Load<Seen> extends AsyncDisposable {
  ready: Pick<Watched, 'ready' | 'compressed' | 'failed'>
  /** Begins, and resolves with what was seen in the end. */
  run(): Promise<Seen>
}

/** Starts the load and waits for its viewers. @throws Error in one line when it can't do its part */
export async function startLoad<Seen>(
  program: string,
  plan: Plan,
  core: number | null = loadCore,
): Promise<Load<Seen>> {
  const [command = '', ...args] = pinned(core, [program])
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (text: Buffer) => {
    complaint += text
  })
  child.stdin.on('error', () => {})
  const exited = new Promise<void>((resolve) => {
    child.once('error', ({ message }) => {
      complaint += message
      resolve()
    })
    child.once('close', () => resolve())
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { value } = await lines.next()
    if (value !== undefined) return JSON.parse(value)
    await exited
    throw new Error(complaint.trim() || 'the load ended before it was done')
  }
  child.stdin.write(toLines(plan))
  return {
    ready: await next(),
    run() {
      child.stdin.write('begin\n')
      return next()
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

function toLines(plan: Plan): string {
  const lines = Object.entries(plan).flatMap(([name, value]) => {
    if (value === null) return []
    if (value === true) return [name]
    return [value].flat().map((one) => `${name} ${one}`)
  })
  return `${lines.join('\n')}\n\n`
}
