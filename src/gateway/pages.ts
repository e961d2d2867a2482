import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { servePrepared } from '../http/prepared.ts'
import type { HttpServer } from '../http/server.ts'
import type { GatewayMode } from './options.ts'
import { pageHeaders } from './page-headers.ts'

const folder = fileURLToPath(new URL('../../dist/pages/', import.meta.url))

/** Of what the build makes. */
const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Addresses of files that are named otherwise. */
const addresses: Record<string, string[]> = {
  'index.html': ['/', '/index.html'],
  'cluster.html': ['/cluster', '/cluster.html'],
}

/** The pages for people, as `npm run build:pages` made them: read once, sent to everybody from the same bytes. */
export async function pages(app: HttpServer, mode: GatewayMode): Promise<void> {
  const security = pageHeaders(mode)
  if (!existsSync(folder)) {
    app.get('/', async () => 'The pages are not built: run `npm run build:pages`.\n')
    return
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) servePage(app, join(entry.parentPath, entry.name).slice(folder.length), security)
}

/** @param file below the folder of the pages */
function servePage(app: HttpServer, file: string, security: Record<string, string>): void {
  const path = file.split(sep).join('/')
  const headers = {
    ...security,
    'content-type': mediaTypes[extname(file)] ?? 'application/octet-stream',
    // Files below assets/ carry a hash of their content in their name.
    'cache-control': path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  }
  const body = readFileSync(join(folder, file))
  for (const url of addresses[path] ?? [`/${path}`]) servePrepared(app, url, { body, headers })
}
