import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../../test/support/free-port.ts'
import { tempFolder } from '../../../test/support/temp-folder.ts'
import { childrenOf } from '../machine/children.ts'
import { Missing } from '../machine/missing.ts'
import { ServerProcess } from './process.ts'
import { type FanOutServer, type StartOptions, wholeComment } from './server.ts'

/** nginx with the module Nchan: one worker, EventSource, its memory store. */
export async function startNchan({ core }: StartOptions): Promise<FanOutServer> {
  const module = nchanModule()
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(tempFolder())
  const port = await freePort()
  const config = join(folder.path, 'nginx.conf')
  writeFileSync(config, configOf(module, folder.path, port))
  const server = stack.use(new ServerProcess(['/usr/sbin/nginx', '-p', folder.path, '-c', config], core))
  await server.listening(port)
  // The master listens before it starts its worker, and does nothing afterwards.
  const pids = await childrenOf(server.pid, 1)
  const kept = stack.move()
  return {
    ...{ port, pids },
    wire: 'sse',
    streamPath: (liveVideoId) => `/sub/${liveVideoId}`,
    postPath: (liveVideoId) => `/pub/${liveVideoId}`,
    postHeaders: [],
    body: wholeComment,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** @throws Missing with the names of the packages */
export function nchanModule(): string {
  try {
    const files = execFileSync('dpkg', ['-L', 'libnginx-mod-nchan', 'nginx'], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
    const module = files.split('\n').find((file) => file.endsWith('ngx_nchan_module.so'))
    if (module !== undefined) return module
  } catch {}
  throw new Missing(
    'There is no nginx with Nchan here: it takes the Debian packages nginx libnginx-mod-nchan.',
  )
}

const configOf = (module: string, folder: string, port: number): string => `
load_module ${module};
daemon off;
pid ${join(folder, 'nginx.pid')};
error_log stderr error;
worker_processes 1;
worker_rlimit_nofile 20000;
events { worker_connections 19000; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${join(folder, kind)};`).join('\n  ')}
  keepalive_requests 1000000;
  nchan_shared_memory_size 256M;
  server {
    listen 127.0.0.1:${port} backlog=511;
    location ~ ^/sub/(\\S+)$ {
      nchan_subscriber eventsource;
      nchan_channel_id $1;
      nchan_subscriber_first_message newest;
    }
    location ~ ^/pub/(\\S+)$ {
      nchan_publisher http;
      nchan_channel_id $1;
      nchan_message_buffer_length 10000;
    }
  }
}
`
