/** From values to pixels. */
export interface Scale {
  at(value: number): number
  ticks: number[]
}

/** From 0, with ticks at round numbers. */
export function linear(max: number, from: number, width: number): Scale {
  const step = roundStep(max / 3)
  const count = Math.max(1, Math.ceil(max / step))
  return {
    at: (value) => from + (Math.max(0, value) / (step * count)) * width,
    ticks: Array.from({ length: count + 1 }, (_, index) => step * index),
  }
}

/** Powers of ten, from the one below the least to the one above the most. */
export function logarithmic(min: number, max: number, from: number, width: number): Scale {
  const [low, high] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))]
  const span = Math.max(1, high - low)
  return {
    at: (value) => from + ((Math.log10(value) - low) / span) * width,
    ticks: Array.from({ length: span + 1 }, (_, index) => 10 ** (low + index)),
  }
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast || 1))
  return ([1, 2, 5].find((factor) => factor * power >= atLeast) ?? 10) * power
}
