/** Two of three scroll past, the others stay; so most of those who are there at any moment are of the second kind. */
const scrollsPast = { share: 2 / 3, meanMs: 2_000 }
const stays = { share: 1 / 3, meanMs: 30_000 }

export const meanStayMs = scrollsPast.share * scrollsPast.meanMs + stays.share * stays.meanMs

/** For how long one who has just come will look. */
export function drawStayMs(random: () => number = Math.random): number {
  return exponential(random() < scrollsPast.share ? scrollsPast.meanMs : stays.meanMs, random)
}

/** For how long one of those who are there already will go on looking. */
export function drawRestMs(random: () => number = Math.random): number {
  const scrolling = (scrollsPast.share * scrollsPast.meanMs) / meanStayMs
  return exponential(random() < scrolling ? scrollsPast.meanMs : stays.meanMs, random)
}

const exponential = (mean: number, random: () => number): number => -Math.log(1 - random()) * mean
