/** What happened in simulated worlds: so that a sweep can show that it was not idle. */
export class Figures {
  readonly counts: Record<string, number> = {}

  count(name: string, by = 1): void {
    this.counts[name] = (this.counts[name] ?? 0) + by
  }

  highest(name: string, value: number): void {
    this.counts[name] = Math.max(this.counts[name] ?? 0, value)
  }

  of(name: string): number {
    return this.counts[name] ?? 0
  }
}
