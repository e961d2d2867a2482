import type { Cancel, Clock } from '../domain/time.ts'

// Looking at the clock costs a fraction of a write; looking once in so many makes it nothing.
const visitsPerLook = 32

/**
 * Visits every member, holding the event loop for about `sliceMs` at a time: between slices others have their turn. Who
 * joins meanwhile is visited too, who leaves is not. `done` gets the time spent in visits, in milliseconds; `between` is
 * called before each slice but the first.
 */
export function visitInSlices<Member>(
  members: ReadonlySet<Member>,
  visit: (member: Member) => void,
  clock: Clock,
  sliceMs: number,
  done: (spentMs: number) => void = () => {},
  between: () => void = () => {},
): Cancel {
  const rest = members.values()
  let cancel: Cancel = () => {}
  const slice = (before: number) => {
    const began = clock.elapsed()
    for (let count = 1; ; count++) {
      const { value, done: finished } = rest.next()
      if (finished) break
      visit(value)
      if (count % visitsPerLook > 0 || clock.elapsed() - began <= sliceMs) continue
      const spent = before + clock.elapsed() - began
      cancel = clock.after(0, () => {
        between()
        slice(spent)
      })
      return
    }
    done(before + clock.elapsed() - began)
  }
  slice(0)
  return () => cancel()
}
