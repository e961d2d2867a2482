import { html } from 'lit'
import type { LiveComments } from '../../../sdk/index.ts'
import { LightElement } from '../../shared/light-element.ts'
import { createScene, type Scene } from './scene.ts'

/** The live video: one's own, or a drawn night in which every comment sends up a light. */
export class ChorusStage extends LightElement {
  static override properties = { videoUrl: { attribute: false } }
  declare videoUrl: string | null
  live: LiveComments | null = null

  #scene: Scene | null = null
  #unwatch: (() => void)[] = []

  constructor() {
    super()
    this.videoUrl = null
  }

  protected override render() {
    if (this.videoUrl === null)
      return html`<canvas class="scene" role="img" aria-label="A night by the water, lights rising"></canvas>`
    return html`<video class="video" .src=${this.videoUrl} .muted=${true} autoplay playsinline controls></video>`
  }

  protected override firstUpdated(): void {
    const canvas = this.querySelector('canvas')
    if (canvas) this.#play(canvas)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#scene?.stop()
    for (const unwatch of this.#unwatch) unwatch()
  }

  #play(canvas: HTMLCanvasElement): void {
    const scene = createScene(canvas)
    this.#scene = scene
    const stillness = matchMedia('(prefers-reduced-motion: reduce)')
    const start = () => scene.start(!stillness.matches)
    const resizes = new ResizeObserver(() => {
      scene.resize(canvas.clientWidth, canvas.clientHeight, devicePixelRatio)
    })
    resizes.observe(canvas)
    stillness.addEventListener('change', start)
    this.#unwatch = [
      () => resizes.disconnect(),
      () => stillness.removeEventListener('change', start),
      this.#releaseLights(scene),
    ]
    start()
  }

  #releaseLights(scene: Scene): () => void {
    const { live } = this
    if (!live) return () => {}
    let newest = live.state.list.entries.at(-1)
    return live.subscribe(() => {
      const last = live.state.list.entries.at(-1)
      if (last !== newest && last?.kind === 'comment') scene.release()
      newest = last
    })
  }
}
