import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, Option } from 'commander'
import { runProgram } from '../program.ts'
import type { Attack, Figure } from './attack.ts'
import { attacks } from './attacks.ts'
import { type Finding, toMarkdown, toText } from './report.ts'
import { Target } from './target.ts'

const thisCheckout = fileURLToPath(new URL('../..', import.meta.url))
const published = join(thisCheckout, 'bench/results')

class NoCheckout extends Error {}

interface Options {
  only: string | null
  before: string | null
  publish: boolean
}

async function main(args: string[]): Promise<void> {
  const { only, before, publish } = parseOptions(args)
  if (before !== null && !existsSync(join(before, 'bin/chorus.js')))
    throw new NoCheckout(`${before} is no checkout of Chorus`)
  const checkouts = before === null ? [thisCheckout] : [before, thisCheckout]
  const names = before === null ? ['now'] : ['before', 'now']
  const findings: Finding[] = []
  for (const attack of attacks.filter(({ name }) => only === null || name === only)) {
    const runs: Finding['runs'] = []
    for (const checkout of checkouts) {
      process.stderr.write(`${attack.name}: ${checkout}\n`)
      runs.push(await carryOut(attack, checkout))
    }
    findings.push({ attack: attack.name, input: attack.input, runs })
  }
  if (publish) write(toMarkdown(findings, names))
  process.stdout.write(`\n${toText(findings, names)}`)
}

/** Null when the server did not live to the end of it. */
async function carryOut(attack: Attack, checkout: string): Promise<Figure[] | null> {
  await using target = await Target.start(checkout, attack.flags)
  try {
    return await attack.run(target)
  } catch (error) {
    if (await target.isAlive()) throw error
    return null
  }
}

function write(text: string): void {
  mkdirSync(published, { recursive: true })
  writeFileSync(join(published, 'attacks.md'), text)
}

const parseOptions = (args: string[]): Options =>
  new Command('npm run bench:attacks --')
    .description('Attack a Chorus as a stranger could, and report what it costs the server and everyone else')
    .addOption(
      new Option('--only <attack>', 'one of them')
        .choices(attacks.map(({ name }) => name))
        .default(null, 'all'),
    )
    .addOption(
      new Option('--before <checkout>', 'a folder with another version, to compare with').default(
        null,
        'none',
      ),
    )
    .option('--publish', 'write the table to bench/results', false)
    .exitOverride()
    .parse(args, { from: 'user' })
    .opts<Options>()

await runProgram('bench:attacks', main, (error) => error instanceof NoCheckout)
