/**
 * Viewers and whoever reads metrics come from an address of their own, so that the bytes that the nodes send each other
 * can be told from theirs.
 */
export const viewersAddress = '127.0.0.2'
export const nodesAddress = '127.0.0.1'
