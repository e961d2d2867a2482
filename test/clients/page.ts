import { clients, versionOf } from './clients.ts'
import type { Outcome, Scenario } from './scenario.ts'

const intro = `# Clients

Any client that can read a response as it comes can watch a live video. \`npm test\` runs the clients below against a server (\`test/clients/\`),
as their registries offer them and as their documentation says to use them, and writes this page. ✓ holds both for a single viewer,
whose gzip blocks are stored, and for one of many viewers, who share compressed blocks.

- **first**, **last**: the client shows the first event of a stream, and the last one before a pause, before anything follows
  it. The text holds U+2028 and characters of several bytes.
- **resume**: after a cut the client resumes by \`Last-Event-ID\`, and nothing is lost or repeated. Clients that do not reconnect
  by themselves are opened again with the id of their last event.
`

const outro = `
**gzip.** Clients that ask for gzip by themselves (browsers, curl with \`--compressed\`, Go's \`net/http\`, Node's \`fetch\`, OkHttp,
requests, httpx, aiohttp, reqwest with its feature) read it as they read plain text. Other clients may ask for it with a
decoder that returns incomplete input at once: Go's \`gzip.NewReader\`; Node's \`createGunzip({ finishFlush: Z_SYNC_FLUSH })\`; urllib3 with
\`stream(decode_content=True)\`; Java's \`GZIPInputStream\`, read as bytes (an \`InputStreamReader\` on it waits for the next event).
A stream has no checksum at its end, so a decoder may report an unexpected end where the stream ends: reconnect, and ignore
the error.

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
