const rounds = 15
const warmUpRounds = 3
const roundMs = 20

/**
 * How much longer `ours` takes than `bare`: they run in turn, round by round, and of all rounds the median ratio counts, so
 * that whatever else the machine does hits both alike.
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
  const began = performance.now()
  let runs = 0
  do {
    await run()
    runs++
  } while (performance.now() - began < roundMs)
  return (performance.now() - began) / runs
}
