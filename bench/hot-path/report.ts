/** Above this much more than the record says it is not chance any more. */
const noise = 1.3

/** One line a step: its ratio, and how it stands to the one on record. */
export function formatReport(ratios: Record<string, number>, record: Record<string, number>): string {
  const lines = Object.entries(ratios).map(([step, ratio]) => {
    const known = record[step]
    return `  ${step.padEnd(34)}${`${ratio.toFixed(2)} ×`.padStart(8)}   ${known === undefined ? 'not on record' : compare(ratio, known)}`
  })
  return ['Our hot path, against the barest code for the same:', ...lines, ''].join('\n')
}

function compare(ratio: number, known: number): string {
  const onRecord = `${known.toFixed(2)} × on record`
  return ratio > known * noise ? `SLOWER than the ${onRecord}` : onRecord
}
