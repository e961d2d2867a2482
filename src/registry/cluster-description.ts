/**
 * What all nodes of a cluster have in common, as each publishes it beside its URL. Two that differ would serve each other's
 * viewers silence. Nothing in it is secret.
 */
export interface ClusterDescription {
  /** The id of the database; null: this node uses none. */
  store: string | null
  /** Kind and place of the bus; null: this node uses none. */
  bus: string | null
  /** The version of what nodes say to each other. */
  wire: string
}

/** What two nodes differ in; null: they fit, as far as both say. */
export function differenceBetween(
  one: ClusterDescription,
  other: ClusterDescription,
): keyof ClusterDescription | null {
  const parts = ['store', 'bus', 'wire'] as const
  return parts.find((part) => one[part] !== null && other[part] !== null && one[part] !== other[part]) ?? null
}
