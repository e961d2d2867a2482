import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A stream that a client is to watch. It comes back by itself when it is cut off, as the library does or its user would. */
export interface Order {
  stream: number
  /** As `clients.ts` names it. */
  client: string
  url: string
  /** Whether to ask for gzip (as the library does by itself, where it does), or for plain text. */
  gzip: boolean
}

/** An event as soon as the client has shown it. */
export interface Seen {
  stream: number
  event: string
  data: string
}

/** Where clients run: a program in their language, or a browser. */
export interface ClientHost extends AsyncDisposable {
  watch(order: Order): void
  /** What it complained of, to tell beside a failure. */
  readonly complaints: string
}

/** Orders go to the program's stdin and what is seen comes from its stdout, each as one line of JSON. */
export class ClientProgram implements ClientHost {
  complaints = ''
  readonly #child: ChildProcess

  constructor(command: readonly string[], onSeen: (seen: Seen) => void) {
    const [program = '', ...args] = command
    this.#child = spawn(program, args, { stdio: 'pipe' }).on('error', (error) =>
      this.#complain(String(error)),
    )
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#complain(text))
    this.#child.stdin?.on('error', () => {})
    if (this.#child.stdout)
      createInterface(this.#child.stdout).on('line', (line) => onSeen(JSON.parse(line) as Seen))
  }

  watch(order: Order): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
  }

  #complain(text: string): void {
    this.complaints = (this.complaints + text).slice(-2_000)
  }
}
