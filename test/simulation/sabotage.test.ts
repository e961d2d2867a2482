import { expect, test } from 'vitest'
import type { Focus } from './focus.ts'
import { noSabotage, type Sabotage } from './sabotage.ts'
import { simulate } from './simulation.ts'

/** Worlds in which something is wrong on purpose; in these many at the latest it has to be noticed. */
const worldsMax = 60

async function firstProblem(focus: Focus, rule: string, sabotage: () => Partial<Sabotage>) {
  for (let seed = 1; seed <= worldsMax; seed++) {
    const { problems } = await simulate(seed, focus, { sabotage: { ...noSabotage, ...sabotage() } })
    const found = problems.find((problem) => problem.startsWith(`${rule}:`))
    if (found) return found
  }
  return null
}

/** Changes one write in many. */
function someWrites(change: (text: string) => string): () => Partial<Sabotage> {
  return () => {
    let writes = 0
    return {
      write: (text) => (++writes % 20 === 0 ? change(text) : text),
    }
  }
}

const block = /id: \S+\nevent: comment\.created\ndata: .*\n\n/

const caught: { wrong: string; focus: Focus; rule: string; sabotage: () => Partial<Sabotage> }[] = [
  {
    wrong: 'an event is swallowed on its way to a viewer',
    focus: 'mixed',
    rule: 'RT-1',
    sabotage: someWrites((text) => text.replace(block, '')),
  },
  {
    wrong: 'an event is written twice',
    focus: 'mixed',
    rule: 'RT-1',
    sabotage: someWrites((text) => text.replace(block, '$&$&')),
  },
  {
    wrong: 'a text is changed on its way',
    focus: 'mixed',
    rule: 'RT-1',
    sabotage: someWrites((text) => text.replace('"text":"', '"text":"!')),
  },
  {
    wrong: 'bus and store hide an event from the nodes',
    focus: 'mixed',
    rule: 'RT-1',
    sabotage: () => ({
      carry: (event) =>
        event.type === 'comment.created' && event.seq % 7 === 3
          ? { ...event, type: 'comment.erased' }
          : event,
    }),
  },
  {
    wrong: 'the node does not see what waits for a viewer',
    focus: 'slow-viewers',
    rule: 'RT-5',
    sabotage: () => ({ showBacklog: false }),
  },
  {
    wrong: 'a reset never arrives',
    focus: 'new-epochs',
    rule: 'RT-6',
    sabotage: () => ({
      write: (text) => text.replace(/event: reset\ndata: .*\n\n/, ''),
    }),
  },
  {
    wrong: 'it is not told that a log went back',
    focus: 'restores',
    rule: 'RT-1',
    sabotage: () => ({
      write: (text) => text.replace(/event: reset\ndata: .*\n\n/, ''),
    }),
  },
  {
    wrong: 'a gap tells one event too few',
    focus: 'gaps',
    rule: 'RT-7',
    sabotage: () => ({
      write: (text) => text.replace(/"missed":(\d+)/, (_, missed) => `"missed":${missed - 1}`),
    }),
  },
  {
    wrong: 'a sample does not tell of what it leaves out',
    focus: 'rates',
    rule: 'RT-20',
    sabotage: () => ({
      write: (text) => text.replace(/event: gap\ndata: .*"rate".*\n\n/, ''),
    }),
  },
  {
    wrong: 'a sample counts what it shows as well',
    focus: 'rates',
    rule: 'RT-20',
    sabotage: () => ({
      write: (text) =>
        text.replace(/"missed":(\d+),"reason":"rate"/, (told, missed) =>
          told.replace(missed, `${+missed + 1}`),
        ),
    }),
  },
  {
    wrong: 'a sample lacks what moderators write',
    focus: 'rates',
    rule: 'RT-1',
    sabotage: () => ({
      write: (text) =>
        text.includes('"reason":"rate"')
          ? text.replace(/id: \S+\nevent: comment\.created\ndata: .*"moderator".*\n\n/, '')
          : text,
    }),
  },
  {
    wrong: 'a node is not told that its viewers have left',
    focus: 'mixed',
    rule: 'RT-18',
    sabotage: () => ({ tellClosed: false }),
  },
  {
    wrong: 'the store forgets idempotency keys',
    focus: 'authors',
    rule: 'CM-3',
    sabotage: () => ({
      command: (command) => {
        if (command.kind !== 'create') return command
        const { idempotencyKey: _, ...forgotten } = command
        return forgotten
      },
    }),
  },
  {
    wrong: 'viewers who belong on another node are left where they are',
    focus: 'cluster-nodes',
    rule: 'DI-8',
    sabotage: () => ({
      placement: (placement) => ({ ...placement, shareOf: () => Number.POSITIVE_INFINITY }),
    }),
  },
  {
    wrong: 'a leader that has just begun waits for nobody to return',
    focus: 'cluster-registry',
    rule: 'DI-3',
    sabotage: () => ({ paces: (paces) => ({ ...paces, returnMs: 0 }) }),
  },
]

for (const { wrong, focus, rule, sabotage } of caught)
  test(`${rule}: the simulation notices when ${wrong}`, async () => {
    expect(await firstProblem(focus, rule, sabotage)).not.toBeNull()
  })
