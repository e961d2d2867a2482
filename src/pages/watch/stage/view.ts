/** The canvas as the painters see it, in its own pixels. */
export interface View {
  width: number
  height: number
  /** Where the water begins. */
  horizon: number
  /** The size of one design pixel: of the smaller side's thousandth, so that everything scales together. */
  unit: number
}

export const viewOf = (width: number, height: number): View => ({
  width,
  height,
  horizon: Math.round(height * 0.74),
  unit: Math.max(Math.min(width, height * 1.4) / 1_000, 0.25),
})

export function createLayer(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(width))
  canvas.height = Math.max(1, Math.round(height))
  const context = canvas.getContext('2d')
  if (!context) throw new Error('This browser draws no canvas.')
  return context
}
