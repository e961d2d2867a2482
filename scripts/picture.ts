// Makes the README's picture: a server, a few people talking, and a real Chromium that looks at them.
// `npm run picture`; needs Chromium, as the tests do.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChorus } from '../src/compose/compose.ts'
import { parseConfig } from '../src/config/parse-config.ts'
import { launchChromium } from '../test/support/chromium.ts'

const people = {
  mara: { name: 'Mara', role: 'host' },
  ines: { name: 'Ines', role: 'moderator' },
  joon: { name: 'Joon' },
  timur: { name: 'Тимур' },
  noa: { name: 'נועה' },
  amelie: { name: 'Amélie' },
  kit: { name: 'Kit' },
} as const

type Person = keyof typeof people

const talk: [Person, string][] = [
  ['mara', 'Sound check, can everyone hear us?'],
  ['joon', 'Loud and clear from Lisbon 🎧'],
  ['ines', 'It’s the northern lights, live from the ridge'],
  ['timur', 'The green just jumped!'],
  ['amelie', 'That arc on the left 😮'],
  ['noa', 'שלום מתל אביב! כמה יפה'],
  ['kit', 'Which camera is this?'],
  ['mara', 'A full-frame at 24 mm, f/1.4, two-second exposures'],
  ['amelie', 'Can we get a view to the north?'],
  ['ines', 'In five minutes, hang on'],
  ['joon', 'My kids woke up for this. Worth it'],
  ['kit', 'Is it cold up there?'],
  ['ines', '−14 °C and no wind'],
  ['noa', 'I count four lanterns'],
  ['timur', 'Someone said pillars are coming'],
  ['joon', 'THERE'],
]

const folder = mkdtempSync(join(tmpdir(), 'chorus-picture-'))
const config = parseConfig({ CHORUS_PORT: '0', CHORUS_STORE: folder, CHORUS_LOG_LEVEL: 'warn' })
const chorus = await startChorus(config, 'picture')
const video = `${chorus.url}/v1/live-videos/northern-lights`

async function call<Answer>(method: string, url: string, body: unknown, token?: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return (response.status === 204 ? null : await response.json()) as Answer
}

const tokens = new Map<Person, string>()
for (const [person, claims] of Object.entries(people)) {
  const { token } = await call<{ token: string }>('POST', `${chorus.url}/v1/demo/tokens`, claims)
  tokens.set(person as Person, token)
}
for (const [person, text] of talk) {
  const { id } = await call<{ id: string }>('POST', `${video}/comments`, { text }, tokens.get(person))
  if (text.startsWith('It’s')) await call('PATCH', video, { pinnedCommentId: id }, tokens.get('mara'))
}

const browser = await launchChromium()
const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, colorScheme: 'dark' })
await page.goto(`${chorus.url}/?v=northern-lights`)
await page.getByText('THERE', { exact: true }).waitFor()
await page.screenshot({ path: 'docs/watch-page.png' })
await browser.close()
await chorus.stop()
rmSync(folder, { recursive: true })
