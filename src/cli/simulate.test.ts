import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, expect, test, vi } from 'vitest'
import { tempFolder } from '../../test/support/temp-folder.ts'
import { ConfigError } from '../config/errors.ts'
import { simulateCommand } from './simulate.ts'

afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

const small = '--nodes 20 --videos 5000 --viewers 200000 --mega 20000 --spread-above 2500 --minutes 5'

/** What it writes to stdout, as it would from a shell. */
async function simulate(options: string): Promise<string> {
  const written: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  const program = new Command('chorus').addCommand(simulateCommand())
  await program.parseAsync(['simulate', ...options.split(' ')], { from: 'user' })
  return written.join('')
}

test('SM-10: it prints the report, draws it in a file, and exits with 0 when the targets are met', async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'simulation.svg')
  expect(await simulate(`${small} --output ${file}`)).toContain('200,000 viewers on 20 realtime nodes')
  expect(readFileSync(file, 'utf8')).toMatch(/^<svg /)
  expect(process.exitCode).toBe(0)
})

test('SM-10: as JSON it prints nothing else', async () => {
  const report = JSON.parse(await simulate(`${small} --json`))
  expect(report.plan).toMatchObject({ nodes: 20, viewers: 200_000, seed: 1 })
})

test('SM-10: what it cannot simulate is one clear line', async () => {
  await expect(simulate('--nodes 1')).rejects.toThrow(ConfigError)
  await expect(simulate('--seed x')).rejects.toThrow(/^seed: /)
})
