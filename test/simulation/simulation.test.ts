import { afterAll, expect, test } from 'vitest'
import { Figures } from './figures.ts'
import { type Focus, focuses } from './focus.ts'
import { pinnedSeeds } from './pinned-seeds.ts'
import { simulate } from './simulation.ts'
import { explain, sweep } from './sweep.ts'

/** Worlds per rule and base; 10 times as many: CHORUS_SIM_SEEDS=3000. */
const count = Number(process.env.CHORUS_SIM_SEEDS ?? 300)
/** The same worlds in every run, so that a change which breaks one of them is what broke it. */
const fixedBase = Number(process.env.CHORUS_SIM_BASE ?? 1)
/** And some that nobody has seen yet. */
const newBase = Math.floor(Math.random() * 2_000_000_000)

const total = new Figures()
const timeout = 60_000 + count * 100

/** `share` of the count: what finds more gets more. */
function testWorlds(name: string, focus: Focus, share = 1): void {
  for (const [base, which] of [
    [fixedBase, ''],
    [newBase, ' (new worlds)'],
  ] as const)
    test(`${name}${which}`, { timeout }, async () => {
      const worlds = Math.ceil(count * share * (which ? 0.25 : 1))
      const figures = await sweep(focus, base, worlds)
      for (const [figure, value] of Object.entries(figures.counts)) total.count(figure, value)
    })
}

/** Rules that hold in every cluster, and the troubles under which each is tried most. */
const clusters: [string, Focus][] = [
  [
    'DI-8: after any troubles every slot has one living owner, and every viewer sits with it, lacking nothing',
    'cluster',
  ],
  ['DI-8: so it is when nodes crash, drain, join, freeze and are cut off', 'cluster-nodes'],
  ['DI-9: generations only go forward, whatever the registry forgets', 'cluster-registry'],
  ['DI-9: so they do under leaders that crash, freeze and are cut off', 'cluster-leaders'],
  [
    'DI-10: a calm cluster writes nothing and moves nobody, also when live videos outgrow their nodes',
    'cluster-crowds',
  ],
]

const only = process.env.CHORUS_SIM_ONLY
if (only) {
  test(`RT-1: the world ${only}`, async () => {
    const [focus, seed] = only.split(':')
    const result = await simulate(Number(seed), focus as Focus, { tracing: true })
    console.log([JSON.stringify(result.plan), ...result.trace].join('\n'))
    expect(focuses).toContain(focus)
    expect(result.problems).toEqual([])
  })
} else {
  testWorlds('RT-1: every viewer gets every event once and in order, whatever befalls them', 'mixed', 3)
  testWorlds('RT-2: so do those who join while comments pour in', 'joining')
  testWorlds('RT-3: so do those who resume again and again, from the ring and from the store', 'resuming')
  testWorlds('RT-4: so do those behind a bus that loses, repeats and reorders', 'lossy-bus')
  testWorlds('RT-5: a viewer that stops reading costs a bounded number of bytes', 'slow-viewers')
  testWorlds('RT-6: a log begun anew, or a position of another one, is told by a reset', 'new-epochs')
  testWorlds(
    'RT-32: a log that goes back is told by a reset, and everyone has what the store has',
    'restores',
  )
  testWorlds('RT-7: a gap tells how many events were left out', 'gaps')
  testWorlds('CM-2, CM-3: whoever posts, however often, is stored once and without holes', 'authors')
  testWorlds('RT-15: once a node has accepted a removal it writes the comment to nobody', 'removals')

  testWorlds('CK-3: the clocks of nodes jump an hour back and forward, and nobody notices', 'clocks', 0.3)
  testWorlds('RT-20: a sample shows a comment or counts it in a gap, and holds what is always shown', 'rates')

  // A world of many nodes takes as long as a hundred of one; new ones are for who asks for more of them.
  for (const [rule, focus] of clusters)
    test(rule, { timeout }, async () => {
      await sweep(focus, fixedBase, Math.ceil(count / 10))
    })

  test('RT-1: a seed decides everything: the same world twice is the same', async () => {
    for (const focus of focuses) {
      const [once, twice] = [
        await simulate(fixedBase, focus, { tracing: true }),
        await simulate(fixedBase, focus, { tracing: true }),
      ]
      expect(twice.trace).toEqual(once.trace)
      expect(once.trace.length).toBeGreaterThan(10)
    }
  })

  test('RT-1: the worlds were not idle', ({ skip }) => {
    skip(count < 100, 'too few worlds for everything to happen')
    for (const figure of notable) expect(total.of(figure), figure).toBeGreaterThan(0)
  })

  for (const { found, focus, seed } of pinnedSeeds)
    test(`${found} (${focus}:${seed})`, async () => {
      const result = await simulate(seed, focus, { tracing: true })
      if (result.problems.length > 0) expect.fail(explain(result))
    })

  afterAll(() => {
    const { worlds, told, steps } = total.counts
    console.log(`simulated ${worlds} worlds, ${told} events told, ${steps} steps; new worlds from ${newBase}`)
  })
}

/** What has to have happened somewhere for the rest to mean anything. */
const notable = [
  'told',
  'crash',
  'stop',
  'new epochs',
  'restores',
  'log restarted',
  'resume ring',
  'resume store',
  'resume gap',
  'resume reset',
  'gap slow_viewer',
  'gap too_far_behind',
  'gap rate',
  'slow viewer',
  'repaired',
  'comment repeated',
  'comment comment_removed',
  'comment store_unavailable',
  'comment overloaded',
]
