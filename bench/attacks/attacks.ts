import type { Attack } from './attack.ts'
import { gzipResume } from './attacks/gzip-resume.ts'
import { longHistory } from './attacks/long-history.ts'
import { readers } from './attacks/readers.ts'
import { refusedCommands } from './attacks/refused-commands.ts'
import { slowHeads } from './attacks/slow-heads.ts'
import { spelledAddresses } from './attacks/spelled-addresses.ts'
import { unreadAnswers } from './attacks/unread-answers.ts'
import { unreadHistory } from './attacks/unread-history.ts'
import { unreadPipeline } from './attacks/unread-pipeline.ts'

export const attacks: readonly Attack[] = [
  unreadPipeline,
  unreadHistory,
  unreadAnswers,
  slowHeads,
  readers,
  refusedCommands,
  gzipResume,
  longHistory,
  spelledAddresses,
]
