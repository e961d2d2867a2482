import { createLayer, type View } from './view.ts'

/** Lights that rise from the water, one for each comment. */
export interface Lanterns {
  /** Sends one up; when many come at once, some stand for the others. */
  release(seconds: number): void
  paint(canvas: CanvasRenderingContext2D, view: View, seconds: number): void
}

interface Lantern {
  from: number
  bornAt: number
  lifeSeconds: number
  drift: number
  sway: number
  size: number
}

const lanternsMax = 42
const spacingSeconds = 0.16
const spriteSize = 96

export function createLanterns(random: () => number): Lanterns {
  const sprite = paintSprite()
  let alive: Lantern[] = []
  let lastAt = Number.NEGATIVE_INFINITY

  return {
    release(seconds) {
      if (seconds - lastAt < spacingSeconds || alive.length >= lanternsMax) return
      lastAt = seconds
      alive.push({
        from: 0.08 + 0.84 * random(),
        bornAt: seconds,
        lifeSeconds: 17 + 9 * random(),
        drift: (random() - 0.5) * 0.16,
        sway: random() * 6,
        size: 0.55 + 0.75 * random() ** 2,
      })
    },
    paint(canvas, view, seconds) {
      alive = alive.filter(({ bornAt, lifeSeconds }) => seconds - bornAt < lifeSeconds)
      canvas.save()
      canvas.globalCompositeOperation = 'lighter'
      for (const lantern of alive) paintLantern(canvas, view, sprite, lantern, seconds)
      canvas.restore()
    },
  }
}

function paintLantern(
  canvas: CanvasRenderingContext2D,
  { width, height, horizon, unit }: View,
  sprite: CanvasImageSource,
  lantern: Lantern,
  seconds: number,
): void {
  const age = (seconds - lantern.bornAt) / lantern.lifeSeconds
  const climb = age ** 1.15
  const size = unit * 64 * lantern.size * (1 - 0.45 * climb)
  const x = width * (lantern.from + lantern.drift * climb) + Math.sin(seconds * 0.6 + lantern.sway) * unit * 9
  const y = horizon + (height - horizon) * 0.12 - climb * horizon * 0.98
  const light =
    Math.min(1, age * 14) *
    Math.min(1, (1 - age) * 3.2) *
    (0.88 + 0.12 * Math.sin(seconds * 5 + lantern.sway))
  canvas.globalAlpha = light
  canvas.drawImage(sprite, x - size / 2, y - size / 2, size, size)
  const mirrored = horizon * 2 - y + (height - horizon) * 0.2
  if (mirrored > height) return
  canvas.globalAlpha = light * 0.3
  canvas.drawImage(sprite, x - size / 2, mirrored - size * 0.3, size, size * 0.9)
}

/** A small flame with a wide, soft glow. */
function paintSprite(): CanvasImageSource {
  const layer = createLayer(spriteSize, spriteSize)
  const middle = spriteSize / 2
  const glow = layer.createRadialGradient(middle, middle, 0, middle, middle, middle)
  glow.addColorStop(0, 'rgba(255, 232, 196, 1)')
  glow.addColorStop(0.1, 'rgba(255, 186, 120, 0.95)')
  glow.addColorStop(0.22, 'rgba(255, 133, 82, 0.42)')
  glow.addColorStop(0.55, 'rgba(255, 112, 70, 0.1)')
  glow.addColorStop(1, 'rgba(255, 112, 70, 0)')
  layer.fillStyle = glow
  layer.fillRect(0, 0, spriteSize, spriteSize)
  return layer.canvas
}
