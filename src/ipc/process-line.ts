import type { ChildProcess } from 'node:child_process'
import type { Line } from './calls.ts'

/** The line between a process and the one that forked it, seen from either (`process` is the end in the child). */
export const processLine = (end: ChildProcess | NodeJS.Process): Line => ({
  send(message) {
    // The other process may end at any moment; whoever waits for its answer hears of it by `onEnd`.
    if (end.connected) end.send?.(message as object, undefined, undefined, () => {})
  },
  onMessage: (listener) => void (end as ChildProcess).on('message', listener),
  onEnd: (listener) => void (end as ChildProcess).once('disconnect', listener),
})
