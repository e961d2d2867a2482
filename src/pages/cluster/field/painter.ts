import { drawSprites, type FieldColours, gapOf } from './sprites.ts'

export const fieldSide = 64

/** A moved slot waits up to this long for its turn, so that many of them pass over like a gust. */
const staggerMs = 700
const flashMs = 320
const settleMs = 1_300
/** For so long one still sees what has moved. */
const afterglowMs = 9_000
/** Once they only glow, cells are drawn this often. */
const slowFrameMs = 120

interface Moving {
  from: number
  startAt: number
}

/** Draws the slots as cells, and lets those that move be seen moving. */
export class FieldPainter {
  readonly #canvas: HTMLCanvasElement
  readonly #pen: CanvasRenderingContext2D | null
  readonly #now: () => number
  #codes: Uint8Array = new Uint8Array()
  #lit: Uint8Array | null = null
  #sprites: HTMLCanvasElement | null = null
  #pitch = 0
  #flash = ''
  #still = false
  readonly #moving = new Map<number, Moving>()
  #frame: number | null = null
  #drawnAt = 0
  #quickUntil = 0

  constructor(canvas: HTMLCanvasElement, now: () => number = () => performance.now()) {
    this.#canvas = canvas
    this.#pen = canvas.getContext('2d')
    this.#now = now
  }

  /** @param pitch from one cell to the next, in device pixels */
  dress(pitch: number, colours: FieldColours, still: boolean): void {
    this.#pitch = pitch
    this.#flash = colours.flash
    this.#still = still
    this.#sprites = drawSprites(pitch, colours)
    this.#canvas.width = this.#canvas.height = pitch * fieldSide
    this.#drawAll()
  }

  /** @param moved slots that have another node than before, whether or not their cells look different */
  show(codes: Uint8Array, moved: readonly number[]): void {
    const [before, now] = [this.#codes, this.#now()]
    for (const slot of moved) {
      const startAt = now + (this.#still ? 0 : staggerMs * noise(slot))
      this.#moving.set(slot, { from: before[slot] ?? codes[slot] ?? 0, startAt })
    }
    if (moved.length > 0 && !this.#still) this.#quickUntil = now + staggerMs + settleMs
    this.#codes = codes
    this.#drawAll()
    this.#animate()
  }

  /** @param lit for each slot whether it stands out; null: all alike */
  light(lit: Uint8Array | null): void {
    if (lit === this.#lit) return
    this.#lit = lit
    this.#drawAll()
  }

  stop(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame)
    this.#frame = null
  }

  #drawAll(): void {
    const now = this.#now()
    for (let slot = 0; slot < this.#codes.length; slot++) this.#draw(slot, now)
  }

  #animate(): void {
    if (this.#moving.size === 0) return
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null
      this.#step(this.#now())
      this.#animate()
    })
  }

  #step(now: number): void {
    if (now > this.#quickUntil && now - this.#drawnAt < slowFrameMs) return
    this.#drawnAt = now
    for (const [slot, { startAt }] of this.#moving) {
      if (now > startAt + afterglowMs) this.#moving.delete(slot)
      this.#draw(slot, now)
    }
  }

  #draw(slot: number, now: number): void {
    const pen = this.#pen
    if (!pen || !this.#sprites) return
    const pitch = this.#pitch
    const [x, y] = [(slot % fieldSide) * pitch, Math.floor(slot / fieldSide) * pitch]
    pen.clearRect(x, y, pitch, pitch)
    const moving = this.#moving.get(slot)
    const waits = moving !== undefined && now < moving.startAt
    pen.globalAlpha = this.#strength(slot)
    const sprite = pitch * (waits ? moving.from : (this.#codes[slot] ?? 0))
    pen.drawImage(this.#sprites, sprite, 0, pitch, pitch, x, y, pitch, pitch)
    if (moving && !waits) {
      const side = pitch - gapOf(pitch)
      pen.globalAlpha = this.#still ? stillGlow : glowAfter(now - moving.startAt)
      pen.fillStyle = this.#flash
      pen.fillRect(x, y, side, side)
    }
    pen.globalAlpha = 1
  }

  /** A weave, so that four thousand cells of one node are still cells. */
  #strength(slot: number): number {
    const woven = 0.8 + 0.2 * noise(slot)
    return this.#lit === null || this.#lit[slot] ? woven : 0.13 * woven
  }
}

const stillGlow = 0.4

/** How brightly a cell glows so long after it has moved: up at once, down soon, and then a long rest. */
function glowAfter(ms: number): number {
  if (ms < flashMs) return 0.35 + 0.6 * (ms / flashMs)
  if (ms < settleMs) return 0.95 - 0.6 * ((ms - flashMs) / (settleMs - flashMs))
  return 0.35 * Math.max(0, 1 - (ms - settleMs) / (afterglowMs - settleMs))
}

/** The same number in [0, 1) for the same slot. */
const noise = (slot: number): number => (Math.imul(slot + 1, 0x9e3779b1) >>> 0) / 2 ** 32
