/** What happens to the cluster, in this order. */
export const happenings = [
  { at: 0.1, name: 'mega begins', what: 'mega-begins', nodes: 0 },
  { at: 0.3, name: 'a node is lost', what: 'lost', nodes: 1 },
  { at: 0.45, name: 'one in a hundred is lost', what: 'lost', nodes: 0.01 },
  { at: 0.6, name: 'a node joins', what: 'joined', nodes: 1 },
  { at: 0.7, name: 'one in a hundred joins', what: 'joined', nodes: 0.01 },
  { at: 0.8, name: 'a node drains', what: 'drains', nodes: 1 },
  { at: 0.9, name: 'mega ends', what: 'mega-ends', nodes: 0 },
] as const

export type What = (typeof happenings)[number]['what']

export interface Happening {
  second: number
  name: string
  what: What
  /** How many nodes it happens to. */
  nodes: number
}

/** When, in a simulation of so many seconds and nodes. */
export const calendar = (seconds: number, nodeCount: number): Happening[] =>
  happenings.map(({ at, name, what, nodes }) => ({
    second: Math.round(at * seconds),
    name,
    what,
    nodes: nodes < 1 ? Math.ceil(nodes * nodeCount) : nodes,
  }))
