/** `Last-Event-ID`, `lastEventId`, `last_event_id`, in any case: clients that can set no header differ in how they write it. */
const positionName = /^last[-_]?event[-_]?id$/i

/** The parameters of a stream with its position under one name; of several, the first that holds something. */
export function foldPosition(parameters: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(parameters)
  const position = entries.find(([name, value]) => positionName.test(name) && value !== '')
  const others = entries.filter(([name]) => !positionName.test(name))
  return { ...Object.fromEntries(others), ...(position && { lastEventId: position[1] }) }
}
