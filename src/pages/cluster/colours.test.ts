import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { colourCount } from './looks.ts'

type Rgb = readonly [number, number, number]
type Matrix = readonly [Rgb, Rgb, Rgb]

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

/** The value of a custom property in light and in dark. */
function inBoth(css: string, name: string): string[] {
  return [...css.matchAll(new RegExp(`${name}: (#\\w{6});`, 'g'))].map(([, value = '']) => value)
}

/** How colours are seen: Machado, Oliveira, Fernandes 2009, severity 1. */
const sights: Record<string, Matrix> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

const linear = (channel: number) =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4

const rgb = (hex: string): Rgb => {
  const channel = (at: number) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  return [channel(1), channel(3), channel(5)]
}

const times = (matrix: Matrix, [x, y, z]: Rgb): Rgb => {
  const row = ([a, b, c]: Rgb) => a * x + b * y + c * z
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])]
}

/** OKLab (Björn Ottosson, 2020): in it distances are as large as they look. */
function lab(colour: Rgb): Rgb {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    colour,
  )
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones.map(Math.cbrt) as unknown as Rgb,
  )
}

const clamped = (colour: Rgb) => colour.map((channel) => Math.min(1, Math.max(0, channel))) as unknown as Rgb

const distance = (one: Rgb, other: Rgb) => Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])

const luminance = ([red, green, blue]: Rgb) => 0.2126 * red + 0.7152 * green + 0.0722 * blue

/** WCAG 2: from 1 to 21. */
function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

const colours = Array.from({ length: colourCount }, (_, index) =>
  inBoth(read('colours.css'), `--node-${index}`),
)
const surfaces = inBoth(read('../shared/theme.css'), '--surface')

describe.each(['light', 'dark'])('the colours of nodes, %s', (scheme) => {
  const index = scheme === 'light' ? 0 : 1
  const palette = colours.map((both) => rgb(both[index] ?? ''))

  test.each(Object.keys(sights))('CP-8: any two can be told apart: %s sight', (sight) => {
    const seen = palette.map((colour) => lab(clamped(times(sights[sight] as Matrix, colour))))
    const distances = seen.flatMap((one, at) => seen.slice(at + 1).map((other) => distance(one, other)))
    // A just noticeable difference is about 0.02.
    expect(Math.min(...distances)).toBeGreaterThan(0.08)
  })

  test('CP-8: each stands out from the ground', () => {
    const ground = rgb(surfaces[index] ?? '')
    for (const colour of palette) expect(contrast(colour, ground)).toBeGreaterThanOrEqual(3)
  })
})
