import { seeded } from './random.ts'
import { createLayer, type View } from './view.ts'

/** What doesn't move: the sky with its stars, the hills, the water. Painted once per size. */
export function paintBackdrop(view: View): CanvasRenderingContext2D {
  const layer = createLayer(view.width, view.height)
  paintSky(layer, view)
  paintStars(layer, view)
  paintWater(layer, view)
  return layer
}

/** The hills stand before the aurora, so they are a layer of their own. */
export function paintHills(view: View): CanvasRenderingContext2D {
  const layer = createLayer(view.width, view.height)
  ridges.forEach((ridge, index) => {
    paintRidge(layer, view, ridge, 11 + index * 7)
  })
  mirror(layer, view)
  return layer
}

/** The hills once more, upside down, flatter and fainter: in the water. */
function mirror(layer: CanvasRenderingContext2D, { width, horizon }: View): void {
  const flat = 0.7
  layer.save()
  layer.globalAlpha = 0.18
  layer.translate(0, horizon)
  layer.scale(1, -flat)
  layer.drawImage(layer.canvas, 0, 0, width, horizon, 0, -horizon, width, horizon)
  layer.restore()
}

function paintSky(layer: CanvasRenderingContext2D, view: View): void {
  const { width, horizon } = view
  const sky = layer.createLinearGradient(0, 0, 0, horizon)
  sky.addColorStop(0, '#070917')
  sky.addColorStop(0.42, '#10163a')
  sky.addColorStop(0.72, '#2a2152')
  sky.addColorStop(0.9, '#61345f')
  sky.addColorStop(1, '#a5555b')
  layer.fillStyle = sky
  layer.fillRect(0, 0, width, horizon)
  paintAfterglow(layer, view)
}

/** Where the sun went down: a warm place to rest the eye, a little off the middle. */
function paintAfterglow(layer: CanvasRenderingContext2D, { width, horizon }: View): void {
  const radius = Math.max(width * 0.5, horizon * 0.5)
  layer.save()
  layer.translate(width * 0.64, horizon)
  layer.scale(1, 0.5)
  const glow = layer.createRadialGradient(0, 0, 0, 0, 0, radius)
  glow.addColorStop(0, 'rgba(255, 168, 112, 0.62)')
  glow.addColorStop(0.4, 'rgba(255, 120, 92, 0.24)')
  glow.addColorStop(1, 'rgba(255, 110, 90, 0)')
  layer.fillStyle = glow
  layer.fillRect(-width, -horizon * 2, width * 2, horizon * 2)
  layer.restore()
}

function paintStars(layer: CanvasRenderingContext2D, { width, horizon, unit }: View): void {
  const random = seeded(5)
  const count = Math.round((width * horizon) / (unit * unit * 5_200))
  for (let star = 0; star < count; star++) {
    const height = random() ** 1.5
    const radius = unit * (0.6 + 1.3 * random() ** 4)
    layer.globalAlpha = (1 - height) * (0.25 + 0.7 * random())
    layer.fillStyle = random() > 0.8 ? '#ffdcc2' : '#dfe6ff'
    layer.beginPath()
    layer.arc(random() * width, height * horizon * 0.9, radius, 0, Math.PI * 2)
    layer.fill()
  }
  layer.globalAlpha = 1
}

function paintWater(layer: CanvasRenderingContext2D, { width, height, horizon }: View): void {
  const water = layer.createLinearGradient(0, horizon, 0, height)
  water.addColorStop(0, '#8a4c5c')
  water.addColorStop(0.16, '#4f2f58')
  water.addColorStop(0.5, '#1f1e48')
  water.addColorStop(1, '#0c0f26')
  layer.fillStyle = water
  layer.fillRect(0, horizon, width, height - horizon)
}

interface Ridge {
  /** Share of the sky's height. */
  height: number
  roughness: number
  top: string
  foot: string
}

const ridges: Ridge[] = [
  { height: 0.2, roughness: 1, top: '#43306a', foot: '#8f5068' },
  { height: 0.13, roughness: 0.92, top: '#2b2350', foot: '#5c3a5e' },
  { height: 0.06, roughness: 0.8, top: '#14132f', foot: '#261d40' },
]

function paintRidge(layer: CanvasRenderingContext2D, view: View, ridge: Ridge, seed: number): void {
  const { width, horizon } = view
  const rise = ridge.height * horizon
  const fill = layer.createLinearGradient(0, horizon - rise * 1.5, 0, horizon)
  fill.addColorStop(0, ridge.top)
  fill.addColorStop(1, ridge.foot)
  layer.fillStyle = fill
  layer.beginPath()
  layer.moveTo(0, horizon)
  const heightAt = ridgeLine(ridge.roughness, seed)
  for (let x = 0; x <= width; x += 2) layer.lineTo(x, horizon - rise * heightAt(x / view.unit / 1_000))
  layer.lineTo(width, horizon)
  layer.fill()
}

/** Sums of slow waves, ever smaller and faster. */
function ridgeLine(roughness: number, seed: number): (x: number) => number {
  const random = seeded(seed)
  const waves = Array.from({ length: 6 }, (_, octave) => ({
    pace: (1.7 + random()) * 1.9 ** octave,
    phase: random() * 20,
    weight: 0.42 * (0.52 * roughness) ** octave,
  }))
  return (x) =>
    0.55 + waves.reduce((sum, { pace, phase, weight }) => sum + weight * Math.sin(x * pace + phase), 0)
}
