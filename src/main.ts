import { readFileSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import { benchCommand } from './cli/bench.ts'
import { serve } from './cli/serve.ts'
import { simulateCommand } from './cli/simulate.ts'
import { tokenCommand } from './cli/token.ts'
import { refuseUnknownVariables } from './config/environment.ts'
import { ConfigError } from './config/errors.ts'
import type { Values } from './config/parse-config.ts'
import { flagOf, settings } from './config/settings.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}

/** Settings as options: the flag wins over the environment, the environment over the default. */
function addSettings(command: Command): Command {
  for (const { variable, default: preset, unset, help } of settings) {
    const option = new Option(`--${flagOf(variable)} <value>`, `${help} (${unset ?? preset})`).env(variable)
    command.addOption(option)
  }
  return command
}

const camel = (flag: string): string => flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

function valuesOf(options: Record<string, string | undefined>): Values {
  return Object.fromEntries(settings.map(({ variable }) => [variable, options[camel(flagOf(variable))]]))
}

const program = new Command('chorus')
  .description('Live comments for live video: post over HTTPS, every viewer sees it over SSE.')
  .version(version)
  .showHelpAfterError('(`chorus --help` shows what there is)')
  .addHelpText(
    'after',
    `
Examples:
  $ chorus serve                                  a server with its store in ./data, on http://127.0.0.1:8080
  $ chorus serve --port 9000 --store /var/lib/chorus
  $ TOKEN=$(chorus token --sub ann --name Ann)    a token for the server that runs in this folder
  $ curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
      -d '{"text":"hello"}' http://127.0.0.1:8080/v1/live-videos/lobby/comments
  $ curl -N http://127.0.0.1:8080/v1/live-videos/lobby/stream
  $ chorus bench --viewers 2000 --rate 20         what 2,000 viewers really receive
  $ chorus simulate                               the Dispatcher on a thousand nodes and a hundred million viewers`,
  )

addSettings(program.command('serve').description('Run Chorus until it is stopped with SIGTERM or Ctrl-C'))
  .addHelpText(
    'after',
    '\nEvery option is also read from the environment: --post-limit is CHORUS_POST_LIMIT.',
  )
  .action((options) => {
    refuseUnknownVariables(process.env)
    return serve(valuesOf(options), version)
  })

for (const command of [tokenCommand(), benchCommand(), simulateCommand()])
  program.addCommand(command.copyInheritedSettings(program))

/** 0: done, or help was asked for. 2: the command line or a setting is wrong. 1: anything else. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  return error instanceof ConfigError ? 2 : 1
}

// Commander has said what is wrong by then; it only must not choose the exit code.
for (const command of [program, ...program.commands]) command.exitOverride()

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof Error)) throw error
  if (!(error instanceof CommanderError)) process.stderr.write(`chorus: ${error.message}\n`)
  process.exit(exitCodeOf(error))
}
