import type { Cancel, Clock } from '../domain/time.ts'

// Reading the clock costs a fraction of a write; once in so many visits it costs nothing.
const visitsPerLook = 32

/**
 * Visits every member, holding the event loop for about `sliceMs` at a time: between slices other work has its turn. A member
 * that joins meanwhile is visited too, one that leaves is not.
 * @param done gets the time spent in visits, in milliseconds
 * @param between is called before each slice but the first
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
