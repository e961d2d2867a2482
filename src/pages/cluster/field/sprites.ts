import { colourOf, lookCount, type Shape, shapeOf } from '../looks.ts'
import { codeCount, heatCode, heatSteps, waitingCode } from './cells.ts'

/** The colours of the field as the style sheet has them, in light or dark. */
export interface FieldColours {
  nodes: string[]
  /** A slot that no living node has. */
  waiting: string
  /** What flashes when a slot moves. */
  flash: string
}

/** Every way in which a cell can look, drawn once, side by side. */
export function drawSprites(pitch: number, colours: FieldColours): HTMLCanvasElement {
  const sheet = document.createElement('canvas')
  sheet.width = pitch * codeCount
  sheet.height = pitch
  const pen = sheet.getContext('2d')
  if (!pen) return sheet
  const side = pitch - gapOf(pitch)
  for (let look = 0; look < lookCount; look++) {
    pen.fillStyle = colours.nodes[colourOf(look)] ?? colours.flash
    fillShape(pen, shapeOf(look), look * pitch, side)
  }
  pen.fillStyle = colours.nodes[0] ?? colours.flash
  for (let step = 0; step < heatSteps; step++) {
    pen.globalAlpha = 0.14 + (0.86 * step) / (heatSteps - 1)
    fillShape(pen, 'square', heatCode(step) * pitch, side)
  }
  pen.globalAlpha = 1
  pen.fillStyle = colours.waiting
  fillShape(pen, 'frame', waitingCode * pitch, side)
  return sheet
}

/** What stands between two cells, in device pixels. */
export const gapOf = (pitch: number): number => Math.max(1, Math.round(pitch / 8))

function fillShape(pen: CanvasRenderingContext2D, shape: Shape, left: number, side: number): void {
  const half = side / 2
  pen.beginPath()
  switch (shape) {
    case 'square':
      pen.roundRect(left, 0, side, side, side * 0.18)
      break
    case 'disc':
      pen.arc(left + half, half, half, 0, 2 * Math.PI)
      break
    case 'diamond':
      pen.moveTo(left + half, 0)
      for (const [x, y] of [
        [side, half],
        [half, side],
        [0, half],
      ] as const)
        pen.lineTo(left + x, y)
      break
    case 'frame': {
      const edge = Math.max(1, Math.round(side * 0.24))
      pen.rect(left, 0, side, side)
      pen.rect(left + edge, edge, side - 2 * edge, side - 2 * edge)
      break
    }
  }
  pen.fill('evenodd')
}
