import { z } from 'zod'

/** As text too: a command line can be passed on as it was read. */
const whole = (min: number, max: number) => z.coerce.number<number | string>().int().min(min).max(max)

const Options = z.strictObject({
  nodes: whole(4, 4_000).default(1_000).describe('realtime nodes'),
  videos: whole(100, 5_000_000)
    .default(1_000_000)
    .describe('live videos; the n-th has an n-th of the viewers of the first'),
  viewers: whole(1_000, 10_000_000_000).default(100_000_000).describe('viewers of all live videos together'),
  mega: whole(0, 1_000_000_000)
    .default(10_000_000)
    .describe('how many of them come to one live video within a minute'),
  spreadAbove: whole(10, 10_000_000)
    .default(25_000)
    .describe('viewers of one live video before several nodes share it'),
  seed: whole(0, 2 ** 31 - 1)
    .default(1)
    .describe('the same seed gives the same result'),
  minutes: whole(5, 240).default(10).describe('how long it goes on in the simulated world'),
})

/** What to simulate; everything has a default. */
export type SimulationOptions = z.input<typeof Options>

/** The same with everything filled in. */
export type SimulationPlan = z.output<typeof Options>

/** Names, defaults and meanings, for a command line's help. */
export const simulationOptions: { name: keyof SimulationOptions; fallback: unknown; description: string }[] =
  Object.entries(Options.shape).map(([name, field]) => ({
    name: name as keyof SimulationOptions,
    fallback: field.def.defaultValue,
    description: field.description ?? '',
  }))

/** The options cannot be used; `message` is one line for whoever gave them. */
export class SimulationOptionsError extends Error {
  override readonly name = 'SimulationOptionsError'
}

/** @throws SimulationOptionsError */
export function planSimulation(options: SimulationOptions): SimulationPlan {
  const { data, error } = Options.safeParse(options)
  if (error)
    throw new SimulationOptionsError(
      error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    )
  if (data.mega > data.viewers / 2)
    throw new SimulationOptionsError('mega: more than half of all viewers; give fewer, or more --viewers')
  return data
}
