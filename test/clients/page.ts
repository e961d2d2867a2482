import { clients, versionOf } from './clients.ts'
import type { Outcome, Scenario } from './scenario.ts'

const intro = `# Clients

Any client that can read a response as it comes can watch a live video. The ones below are run against a server by
\`npm test\` (\`test/clients/\`), as they come from their registries and as their documentation says to use them, and this page
is what the run printed. ✓ holds for one viewer, who is sent plain blocks, and for one of many, who share compressed ones.

- **first**, **last**: the client shows an event while nothing has been sent after it, be it the first of a stream or the
  last before it is quiet. The text holds U+2028 and characters of several bytes.
- **resume**: cut off, it comes back from where it was by \`Last-Event-ID\`, and nothing is lost or repeated. Clients without
  a reconnect of their own are opened again, with the id of their last event.
`

const outro = `
**gzip.** Clients that ask for gzip by themselves (browsers, curl with \`--compressed\`, Go's \`net/http\`, Node's \`fetch\`, OkHttp,
requests, httpx, aiohttp, reqwest with its feature) read it as they read plain text. Others may ask for it, and need a decoder
that takes what has come: Go's \`gzip.NewReader\`; Node's \`createGunzip({ finishFlush: Z_SYNC_FLUSH })\`; urllib3 with
\`stream(decode_content=True)\`; Java's \`GZIPInputStream\`, read as bytes (an \`InputStreamReader\` on it waits for the next event).
A stream has no checksum at its end, so a decoder may report an unexpected end where the stream ends: that is a reason to come
back and nothing else.

**.NET** is not run: no registry that the tests can reach has its SDK.
`

/** The page of what clients did: a row each. */
export function pageOf(outcomes: ReadonlyMap<Scenario, Outcome>): string {
  const rows = clients.map(({ language, name, packages }) => {
    const versions = packages.map((one) => `${one} ${versionOf(one)}`).join(', ')
    const cells = [false, true].flatMap((gzip) => cellsOf(outcomes, name, gzip))
    return `| ${[language, name, versions, ...cells].join(' | ')} |`
  })
  const notes = clients.flatMap(({ name, noGzip }) => (noGzip ? [`**${name}** and gzip: ${noGzip}.\n`] : []))
  return `${intro}
| language | client | versions | plain: first | last | resume | gzip: first | last | resume |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

${notes.join('\n')}${outro}`
}

function cellsOf(outcomes: ReadonlyMap<Scenario, Outcome>, client: string, gzip: boolean): string[] {
  const of = [...outcomes].filter(([scenario]) => scenario.client === client && scenario.gzip === gzip)
  return (['first', 'last', 'resume'] as const).map((what) => {
    if (of.length === 0) return '–'
    return of.every(([, outcome]) => outcome[what] === null) ? '✓' : '✗'
  })
}
