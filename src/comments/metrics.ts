import type { ProblemCode } from '../domain/errors.ts'

/** What the Comment Management Service counts. */
export interface CommentsMetrics {
  /** One transaction of so many commands. */
  committed(commands: number, milliseconds: number): void
  commented(result: 'created' | 'repeated' | ProblemCode): void
}
