const rounds = 15
const warmUpRounds = 3
const roundMs = 20

/**
 * How much longer `ours` takes than `bare`: they run in turn, round by round, and the median of all rounds counts. Time is
 * this thread's on the CPU, so that other work of the machine hardly changes it.
 */
export async function ratioOf(ours: () => unknown, bare: () => unknown): Promise<number> {
  const ratios: number[] = []
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    const ratio = (await timeOf(ours)) / (await timeOf(bare))
    if (round >= warmUpRounds) ratios.push(ratio)
  }
  const middle = ratios.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN
  return Math.round(middle * 100) / 100
}

/** Milliseconds for one run, of as many as fit into a round. */
async function timeOf(run: () => unknown): Promise<number> {
  const began = cpuMs()
  let runs = 0
  do {
    await run()
    runs++
  } while (cpuMs() - began < roundMs)
  return (cpuMs() - began) / runs
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
