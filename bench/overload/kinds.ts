/** What is asked of the server, alone and together. */
export const kinds = ['joins', 'posts', 'reads'] as const
export type Kind = (typeof kinds)[number]
export type PerKind<Value> = Partial<Record<Kind, Value>>

/** One kind alone, or all at once. */
export const mixes = [...kinds, 'together'] as const
export type Mix = (typeof mixes)[number]

export const kindsOf = (mix: Mix): readonly Kind[] => (mix === 'together' ? kinds : [mix])
