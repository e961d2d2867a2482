/** When the Dispatcher acts on loads, and how much it moves at a time. Loads are in viewers. */
export interface RebalanceOptions {
  /**
   * False for some seconds after slots moved: viewers are on their way, and some are counted twice or nowhere. Until then
   * nothing that is watched moves, but for what a node lost or is to be rid of.
   */
  loadsAreFresh: boolean
  /** Viewers of one live video on one node: with more it is spread, and its spread widened. */
  liveVideoViewersMax: number
  /** Spread live videos at a time; beyond that the smaller ones stay where they are. */
  spreadMax: number
  /** A node with more than so many times the mean load is relieved, */
  overloaded: number
  /** until it has at most so many times the mean. In between nothing moves: loads jitter. */
  levelled: number
  /** A node with less than so many times the mean load is given something, */
  underloaded: number
  /** by nodes that keep so many times the mean. */
  givesDownTo: number
  /** Nodes within so many viewers of the mean are left alone, whatever the ratio. */
  differenceMin: number
  /** The part of all viewers that one step may move for balance: for some seconds their events go to both nodes. */
  movedShareMax: number
}

export const defaultRebalanceOptions: RebalanceOptions = Object.freeze({
  loadsAreFresh: true,
  liveVideoViewersMax: 50_000,
  spreadMax: 512,
  overloaded: 1.15,
  levelled: 1.05,
  underloaded: 0.7,
  givesDownTo: 0.8,
  differenceMin: 500,
  movedShareMax: 0.05,
})
