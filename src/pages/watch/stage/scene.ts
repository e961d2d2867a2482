import { createAurora } from './aurora.ts'
import { paintBackdrop, paintHills } from './landscape.ts'
import { createLanterns } from './lanterns.ts'
import { seeded } from './random.ts'
import { createShimmer } from './shimmer.ts'
import { type View, viewOf } from './view.ts'

/** A night by the water that stands in for a video. */
export interface Scene {
  /** Fits it to the canvas's place in the page, in CSS pixels. */
  resize(width: number, height: number, pixelRatio: number): void
  /** A comment came: a light goes up. */
  release(): void
  /** Paints until `stop`, or one frame if nothing is to move. */
  start(moving: boolean): void
  stop(): void
}

/** Half of what a screen shows is enough for slow light, and leaves the processor to the comments. */
const frameMs = 1_000 / 30
const pixelsMax = 1_100_000
/** A still picture is taken in the middle of the evening. */
const stillSeconds = 40

export function createScene(canvas: HTMLCanvasElement): Scene {
  const context = canvas.getContext('2d', { alpha: false })
  if (!context) return { resize() {}, release() {}, start() {}, stop() {} }
  const aurora = createAurora()
  const shimmer = createShimmer()
  const lanterns = createLanterns(seeded(3))
  let view: View | null = null
  let layers: { backdrop: CanvasImageSource; hills: CanvasImageSource } | null = null
  let frame: number | null = null
  let paintedAt = Number.NEGATIVE_INFINITY
  let seconds = stillSeconds
  let moving = false

  function paint(): void {
    if (!context || !view || !layers) return
    context.drawImage(layers.backdrop, 0, 0)
    aurora.paint(context, view, seconds)
    context.drawImage(layers.hills, 0, 0)
    shimmer.paint(context, view, seconds)
    lanterns.paint(context, view, seconds)
  }

  function tick(now: number): void {
    frame = requestAnimationFrame(tick)
    const passedMs = now - paintedAt
    if (passedMs < frameMs - 2) return
    // After a pause the evening goes on where it stopped.
    seconds += Math.min(passedMs, 100) / 1_000
    paintedAt = now
    paint()
  }

  return {
    resize(width, height, pixelRatio) {
      const scale = Math.min(pixelRatio, Math.sqrt(pixelsMax / Math.max(1, width * height)))
      canvas.width = Math.max(1, Math.round(width * scale))
      canvas.height = Math.max(1, Math.round(height * scale))
      view = viewOf(canvas.width, canvas.height)
      layers = { backdrop: paintBackdrop(view).canvas, hills: paintHills(view).canvas }
      paint()
    },
    release() {
      if (moving) lanterns.release(seconds)
    },
    start(toMove) {
      this.stop()
      moving = toMove
      if (moving) frame = requestAnimationFrame(tick)
      else paint()
    },
    stop() {
      if (frame !== null) cancelAnimationFrame(frame)
      frame = null
    },
  }
}
