import { createLayer, type View } from './view.ts'

/** Curtains of light, painted small and stretched: what is faint and wide needs few pixels, and the stretch blurs it. */
export interface Aurora {
  paint(canvas: CanvasRenderingContext2D, view: View, seconds: number): void
}

const columns = 180
const rows = 110

interface Curtain {
  /** Where its lower edge hangs, and how far it sways: shares of the height. */
  edge: number
  sway: number
  tall: number
  pace: number
  phase: number
  strength: number
  strip: CanvasImageSource
}

export function createAurora(): Aurora {
  const small = createLayer(columns, rows)
  const curtains: Curtain[] = [
    { edge: 0.46, sway: 0.1, tall: 0.46, pace: 0.05, phase: 0, strength: 0.5, strip: strip('96, 74, 214') },
    {
      edge: 0.6,
      sway: 0.09,
      tall: 0.46,
      pace: 0.07,
      phase: 2.1,
      strength: 0.62,
      strip: strip('46, 164, 178'),
    },
    {
      edge: 0.7,
      sway: 0.07,
      tall: 0.36,
      pace: 0.06,
      phase: 4.4,
      strength: 0.52,
      strip: strip('98, 232, 176'),
    },
  ]
  return {
    paint(canvas, view, seconds) {
      small.globalCompositeOperation = 'source-over'
      small.globalAlpha = 1
      small.clearRect(0, 0, columns, rows)
      small.globalCompositeOperation = 'lighter'
      for (const curtain of curtains) paintCurtain(small, curtain, seconds)
      stretch(canvas, small.canvas, view)
    },
  }
}

function paintCurtain(small: CanvasRenderingContext2D, curtain: Curtain, seconds: number): void {
  const time = seconds * curtain.pace
  for (let column = 0; column < columns; column++) {
    const x = column / columns
    const fold =
      Math.sin(x * 5.1 + time * 3 + curtain.phase) + 0.5 * Math.sin(x * 11.3 - time * 4.3 + curtain.phase)
    const edge = (curtain.edge + (curtain.sway * fold) / 1.5) * rows
    const breath = 0.5 + 0.5 * Math.sin(x * 3.3 + time * 2.2 + curtain.phase * 1.7)
    const rays = 0.72 + 0.28 * Math.sin(x * 61 + 5 * Math.sin(x * 9 + time * 2.6) + time * 7)
    const tall = curtain.tall * rows * (0.55 + 0.45 * breath) * (0.85 + 0.15 * rays)
    small.globalAlpha = curtain.strength * breath * rays
    small.drawImage(curtain.strip, column, edge - tall, 1, tall)
  }
}

/** Once above the horizon, once more upside down and fainter: in the water. */
function stretch(canvas: CanvasRenderingContext2D, image: CanvasImageSource, view: View): void {
  const { width, height, horizon } = view
  canvas.save()
  canvas.globalCompositeOperation = 'lighter'
  canvas.imageSmoothingQuality = 'high'
  canvas.drawImage(image, 0, 0, width, horizon)
  canvas.beginPath()
  canvas.rect(0, horizon, width, height - horizon)
  canvas.clip()
  canvas.globalAlpha = 0.42
  canvas.translate(0, horizon * 2)
  canvas.scale(1, -1)
  canvas.drawImage(image, 0, 0, width, horizon)
  canvas.restore()
}

/** One column of a curtain: a bright lower edge that fades upwards. */
function strip(rgb: string): CanvasImageSource {
  const layer = createLayer(1, 128)
  const fade = layer.createLinearGradient(0, 0, 0, 128)
  fade.addColorStop(0, `rgba(${rgb}, 0)`)
  fade.addColorStop(0.35, `rgba(${rgb}, 0.16)`)
  fade.addColorStop(0.8, `rgba(${rgb}, 0.72)`)
  fade.addColorStop(0.92, `rgba(${rgb}, 0.9)`)
  fade.addColorStop(1, `rgba(${rgb}, 0)`)
  layer.fillStyle = fade
  layer.fillRect(0, 0, 1, 128)
  return layer.canvas
}
