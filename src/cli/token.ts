import { Command, Option } from 'commander'
import { type Claims, identityOf } from '../auth/claims.ts'
import { signToken } from '../auth/tokens.ts'
import { readDemoSecret } from '../config/demo-secret.ts'
import { ConfigError } from '../config/errors.ts'
import { parseSecret } from '../config/keys.ts'
import { secretOf } from '../config/secret-files.ts'
import { roles } from '../domain/comment.ts'
import { print } from './print.ts'

interface TokenOptions {
  sub: string
  name?: string
  role: (typeof roles)[number]
  videos: string
  expires: string
  jwtSecret?: string
  jwtSecretFile?: string
  store: string
}

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** `chorus token`: prints a token and nothing else, so that a shell can put it in a variable. */
export function tokenCommand(): Command {
  return new Command('token')
    .description('Print a token for one author, signed with the secret that the server has')
    .requiredOption('--sub <id>', 'the author’s id on your platform')
    .option('--name <name>', 'the name that viewers see (the id)')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).default('viewer'))
    .option('--videos <ids>', 'LiveVideoIds that it is good for, with commas between them', '*')
    .option('--expires <time>', 'for how long, such as 15m, 12h or 30d', '12h')
    .addOption(new Option('--jwt-secret <secret>', 'the server’s secret').env('CHORUS_JWT_SECRET'))
    .addOption(new Option('--jwt-secret-file <file>', 'the file that holds it').env('CHORUS_JWT_SECRET_FILE'))
    .addOption(
      new Option('--store <folder>', 'without a secret: the store of a server in demo mode')
        .env('CHORUS_STORE')
        .default('./data'),
    )
    .action(async (options: TokenOptions) => {
      print(`${await makeToken(options)}\n`)
    })
}

async function makeToken({ jwtSecret, jwtSecretFile, store, ...options }: TokenOptions): Promise<string> {
  const claims = claimsOf(options)
  const given = secretOf('CHORUS_JWT_SECRET', {
    CHORUS_JWT_SECRET: jwtSecret,
    CHORUS_JWT_SECRET_FILE: jwtSecretFile,
  })
  const secret = given ? parseSecret(given) : readDemoSecret(store, false)
  if (!secret)
    throw new ConfigError(
      `there is no secret to sign with: set CHORUS_JWT_SECRET as the server has it (no demo server has run in ${store})`,
    )
  return signToken(secret, claims)
}

/** @throws ConfigError when a server would not take them */
function claimsOf({
  sub,
  name,
  role,
  videos,
  expires,
}: Omit<TokenOptions, 'jwtSecret' | 'jwtSecretFile' | 'store'>): Claims {
  const exp = Math.floor(Date.now() / 1_000) + parseSeconds(expires)
  const claims = { sub, name, role, videos: videos.split(',').map((id) => id.trim()), exp }
  try {
    identityOf(claims)
    return claims
  } catch (error) {
    // Each claim has a flag of its name.
    const reason = (error as Error).message.replace('The claim ', '--')
    throw new ConfigError(`no server would take this token: ${reason}`)
  }
}

function parseSeconds(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const seconds = Number(count) * (unitSeconds[unit] ?? 0)
  if (seconds < 1)
    throw new ConfigError(`--expires takes a time such as 15m, 12h or 30d; it is ${JSON.stringify(text)}`)
  return seconds
}
