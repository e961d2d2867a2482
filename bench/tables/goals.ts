/** What is claimed, and what a run found. */
export interface Goal {
  what: string
  goal: string
  found: string
  met: boolean
}

export const toMarkdownGoals = (goals: readonly Goal[]): string =>
  [
    '### Goals',
    '',
    '| | goal | found | |',
    '|---|--:|--:|---|',
    ...goals.map(
      ({ what, goal, found, met }) => `| ${what} | ${goal} | ${found} | ${met ? 'met' : '**missed**'} |`,
    ),
  ].join('\n')

/** A line for each. */
export const toTextGoals = (goals: readonly Goal[]): string[] => [
  'Goals',
  ...goals.map(({ met, what, goal, found }) => `  ${met ? '✓' : '✗'} ${what}: ${found} (${goal})`),
]
