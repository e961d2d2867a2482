import { expect, test } from 'vitest'
import { authorOf, readAll } from '../support/author.ts'
import { ChorusServer } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { limitedDisk, mountedDisk } from '../support/small-disk.ts'
import { testSecret } from '../support/tokens.ts'
import { Viewer } from '../support/viewer.ts'

const settings = { CHORUS_JWT_SECRET: testSecret, CHORUS_POST_LIMIT: 'off' }

const disks = [
  ['a full file system, where one may be mounted', () => mountedDisk() ?? limitedDisk()],
  ['a limit of the size of files', () => limitedDisk()],
] as const

test.each(disks)(
  'ST-23: while the disk is full posts are refused, viewers are served, and all goes on when it is not: %s',
  async (_, makeDisk) => {
    using disk = makeDisk()
    await using server = new ChorusServer(settings, ['--store', disk.folder])
    await server.start()
    const ann = authorOf(server, { sub: 'ann' })
    const readyz = async () => (await send(server, 'GET', '/readyz')).status
    const stored = [await ann.comment('v', 'first')]
    using viewer = new Viewer(server, 'v', { query: 'history=5', returns: true })
    await expect.poll(() => viewer.seqs).toEqual([1])

    disk.fill(server.pid)
    // The write-ahead log has room for a few more in what it holds already.
    let refusals = 0
    for (let number = 0; refusals < 5; number++) {
      const reply = await ann.post('v', `${number} ${'x'.repeat(4_000)}`, { key: `key-${number}` })
      if (reply.status === 201) stored.push(reply.json())
      else {
        expect([reply.status, reply.headers['retry-after']]).toEqual([503, '1'])
        expect(reply.json()).toMatchObject({ code: 'store_unavailable', retryable: true })
        refusals++
      }
    }
    expect(await readyz()).toBe(503)
    expect(await readAll(server, 'v')).toEqual(stored)

    disk.empty(server.pid)
    await expect.poll(readyz).toBe(200)
    stored.push(await ann.comment('v', 'last'))
    await expect.poll(() => viewer.comments).toEqual(stored)
    expect(viewer.connections).toBe(1)
    await server.kill()
    await server.start()
    expect(await readAll(server, 'v')).toEqual(stored)
    expect(server.printed.match(/nothing can be stored/g)).toHaveLength(1)
    expect(server.printed.match(/comments are stored again/g)).toHaveLength(1)
  },
)
