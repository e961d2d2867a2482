import { seeded } from './random.ts'
import type { View } from './view.ts'

/** Light on the water: short flat strokes that come and go, smaller and closer towards the horizon. */
export interface Shimmer {
  paint(canvas: CanvasRenderingContext2D, view: View, seconds: number): void
}

const strokeCount = 90

export function createShimmer(): Shimmer {
  const random = seeded(21)
  const strokes = Array.from({ length: strokeCount }, () => ({
    depth: random() ** 1.8,
    // More of them below the afterglow.
    across: 0.64 + (random() + random() + random() - 1.5) * 0.62,
    length: 0.3 + random(),
    pace: 0.3 + 0.7 * random(),
    phase: random() * 20,
  }))
  return {
    paint(canvas, { width, height, horizon, unit }, seconds) {
      canvas.save()
      canvas.globalCompositeOperation = 'lighter'
      for (const { depth, across, length, pace, phase } of strokes) {
        const light = Math.max(0, Math.sin(seconds * pace + phase))
        const long = unit * (14 + 110 * depth) * length
        const x = width * across + Math.sin(seconds * 0.2 + phase) * unit * 12
        canvas.globalAlpha = light * (0.3 - 0.24 * depth)
        canvas.fillStyle = depth < 0.3 ? '#ffb48a' : '#8f7fd0'
        canvas.fillRect(
          x - long / 2,
          horizon + (height - horizon) * (0.03 + 0.9 * depth),
          long,
          unit * (1 + 2 * depth),
        )
      }
      canvas.restore()
    },
  }
}
