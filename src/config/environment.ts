import { ConfigError } from './errors.ts'
import { flagOf, settings } from './settings.ts'

/**
 * Kubernetes puts these into each pod for a Service whose name begins with `chorus`, unless the pod says
 * `enableServiceLinks: false`.
 */
const isServiceLink = (name: string): boolean =>
  /^CHORUS[A-Z0-9_]*$/.test(name) && (name.includes('_SERVICE_PORT_') || linkEnd.test(name))
const linkEnd = /_(?:SERVICE_HOST|SERVICE_PORT|PORT|PORT_\d{1,5}_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/
const linkValue = /^(tcp|udp|sctp):\/\//

/**
 * Refuses a variable that looks like a setting and is none: a typo would otherwise leave its setting at the default.
 * @throws ConfigError with the nearest name, and without the value, which may be a secret
 */
export function refuseUnknownVariables(environment: Record<string, string | undefined>): void {
  for (const [name, value = ''] of Object.entries(environment)) {
    if (!/^chorus_/i.test(name)) continue
    if (known.includes(name)) refuseLink(name, value)
    else if (!isServiceLink(name)) throw new ConfigError(`${name} is no setting${suggestion(name)}`)
  }
}

const known: string[] = settings.map(({ variable }) => variable)

/** The Service's address stands where a setting of ours would. */
function refuseLink(name: string, value: string): void {
  if (linkValue.test(value) && isServiceLink(name))
    throw new ConfigError(
      `${name} is ${JSON.stringify(value)}, which Kubernetes sets for a Service named like it: set enableServiceLinks: false in the pod, or ${name} itself`,
    )
}

function suggestion(name: string): string {
  const [nearest] = known
    .map((variable) => ({ variable, edits: editsBetween(name.toUpperCase(), variable) }))
    .filter(({ variable, edits }) => edits <= variable.length / 4)
    .sort((a, b) => a.edits - b.edits)
  return nearest
    ? `: did you mean ${nearest.variable} (--${flagOf(nearest.variable)})?`
    : ': `chorus serve --help` shows them all'
}

/** Levenshtein's distance: the fewest letters to be added, left out or changed. */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (const [column, against] of [...other].entries()) {
      const changed = (row[column] ?? 0) + (letter === against ? 0 : 1)
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
