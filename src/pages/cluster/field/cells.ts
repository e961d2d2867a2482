import type { Dispatch } from '../../../protocol/dispatch.ts'
import { type Looks, lookCount } from '../looks.ts'

/** How a cell is drawn: a node's look, or a step of heat, or that no living node has it. */
export const heatSteps = 8
export const heatCode = (step: number): number => lookCount + step
export const waitingCode = lookCount + heatSteps
export const codeCount = waitingCode + 1

/** Above so many nodes a colour for each says nothing: the field shows how busy they are instead. */
export const colouredNodesMax = 64

/** For each slot the code of its cell. */
export function cellsOf(dispatch: Dispatch, looks: Looks): Uint8Array {
  const viewers = new Map(dispatch.nodes.map(({ url, load }) => [url, load.viewers]))
  const most = Math.max(1, ...viewers.values())
  const byLook = dispatch.assigned.length <= colouredNodesMax
  const codes = dispatch.assigned.map((url) => {
    const count = viewers.get(url)
    if (count === undefined) return waitingCode
    return byLook ? looks.of(url) : heatCode(Math.min(heatSteps - 1, Math.floor((count / most) * heatSteps)))
  })
  return Uint8Array.from(dispatch.slots, (index) => codes[index] ?? waitingCode)
}

/** For each slot 1 where one of these nodes has it. */
export function cellsOfNodes({ assigned, slots }: Dispatch, urls: ReadonlySet<string>): Uint8Array {
  const theirs = assigned.map((url) => Number(urls.has(url)))
  return Uint8Array.from(slots, (index) => theirs[index] ?? 0)
}
