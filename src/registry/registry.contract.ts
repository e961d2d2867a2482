import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Member, type NodeLoad, type NodeRegistry, noLoad, type Versioned } from './registry.ts'

/**
 * What every NodeRegistry guarantees. `open` gives two views of one empty registry, as two nodes have them; a registry
 * of one process is the same twice.
 */
export function describeRegistry(name: string, open: () => Promise<[NodeRegistry, NodeRegistry]>): void {
  describe(`NodeRegistry: ${name}`, () => {
    let here: NodeRegistry
    let there: NodeRegistry

    beforeEach(async () => {
      ;[here, there] = await open()
    })
    afterEach(async () => {
      await here.close()
      await there.close()
    })

    const urls = async () => (await there.nodes()).map(({ url }) => url)
    const node = (port: number): Member => ({
      url: `http://127.0.0.1:${port}`,
      roles: ['realtime', 'gateway'],
    })
    const urlOf = (port: number) => node(port).url

    test('RG-1: a node is there from joining to leaving', async () => {
      const second = await here.join(node(2))
      const first = await there.join(node(1))
      expect([first.held, second.held]).toEqual([true, true])
      await expect.poll(urls).toEqual([urlOf(1), urlOf(2)])
      await second.leave()
      expect(second.held).toBe(false)
      await expect.poll(urls).toEqual([urlOf(1)])
    })

    test('RG-2: what a node reports is what the others see', async () => {
      const lease = await here.join(node(1))
      await expect.poll(() => there.nodes()).toEqual([{ ...node(1), load: noLoad }])
      const load: NodeLoad = {
        ...noLoad,
        viewers: 7,
        deliveriesPerSecond: 70,
        liveVideos: [{ liveVideoId: 'a', viewers: 7 }],
        slots: [{ slot: 4_095, viewers: 7 }],
        draining: true,
      }
      await lease.report(load)
      await expect.poll(() => there.nodes()).toEqual([{ ...node(1), load }])
    })

    test('RG-3: no two nodes have one URL', async () => {
      const lease = await here.join(node(1))
      await expect(there.join(node(1))).rejects.toThrow(`another node is registered as ${urlOf(1)}`)
      await expect(here.join(node(1))).rejects.toThrow(`another node is registered as ${urlOf(1)}`)
      await lease.leave()
      await there.join(node(1))
    })

    test('RG-4: a report after leaving brings nobody back', async () => {
      const lease = await here.join(node(1))
      await lease.leave()
      await lease.report(noLoad)
      await lease.leave()
      expect(await here.nodes()).toEqual([])
    })

    test('RG-4: whoever left does not take a successor with the same URL along', async () => {
      const old = await here.join(node(1))
      await old.leave()
      const next = await here.join(node(1))
      await old.report({ ...noLoad, viewers: 1 })
      await old.leave()
      expect(next.held).toBe(true)
      expect(await here.nodes()).toEqual([{ ...node(1), load: noLoad }])
    })

    test('RG-5: who watches the members is told who is there, and of everyone who comes or goes', async () => {
      const told = vi.fn<(members: Member[]) => void>()
      there.watchMembers(told)
      expect(told).not.toHaveBeenCalled()
      await expect.poll(() => told.mock.lastCall).toEqual([[]])
      const second = await here.join(node(2))
      await expect.poll(() => told.mock.lastCall).toEqual([[node(2)]])
      const first = await here.join(node(1))
      await expect.poll(() => told.mock.lastCall).toEqual([[node(1), node(2)]])
      const late = vi.fn<(members: Member[]) => void>()
      there.watchMembers(late)
      await expect.poll(() => late.mock.calls).toEqual([[[node(1), node(2)]]])
      await second.leave()
      await first.leave()
      await expect.poll(() => told.mock.lastCall).toEqual([[]])
    })

    test('RG-5: reports are no news of the members', async () => {
      const told = vi.fn()
      there.watchMembers(told)
      const lease = await here.join(node(1))
      await expect.poll(() => told.mock.lastCall).toEqual([[node(1)]])
      const calls = told.mock.calls.length
      for (let viewers = 1; viewers <= 20; viewers++) await lease.report({ ...noLoad, viewers })
      await here.join(node(2))
      await expect.poll(() => told.mock.lastCall).toEqual([[node(1), node(2)]])
      expect(told).toHaveBeenCalledTimes(calls + 1)
    })

    test('RG-6: a document is changed only by who knows its version', async () => {
      const [mine, yours] = [here.document('a'), there.document('a')]
      expect(await mine.read()).toBeNull()
      expect(await mine.write('x', 1)).toBe(false)
      expect(await mine.write('first', null)).toBe(true)
      expect(await yours.write('second', null)).toBe(false)
      await expect.poll(() => yours.read()).toEqual({ text: 'first', version: 1 })
      expect(await yours.write('second', 1)).toBe(true)
      expect(await mine.write('late', 1)).toBe(false)
      expect(await mine.write('never', 0)).toBe(false)
      expect(await yours.read()).toEqual({ text: 'second', version: 2 })
      expect(await here.document('b').read()).toBeNull()
    })

    test('RG-6: a document holds any text, up to hundreds of kilobytes', async () => {
      const texts = ['', 'é 😀 \u0000 \r\n', 'x'.repeat(500_000)]
      for (const [index, text] of texts.entries()) {
        const document = here.document(`any ${index}/ü`)
        expect(await document.write(text, null)).toBe(true)
        expect(await document.read()).toEqual({ text, version: 1 })
      }
    })

    test('RG-6: of many who write at once no change is lost and none stands twice', async () => {
      let run = 0
      const additions = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 5 })
      await fc.assert(
        fc.asyncProperty(fc.array(additions, { minLength: 2, maxLength: 4 }), async (writers) => {
          const name = `race-${++run}`
          await Promise.all(
            writers.map((counts, writer) => addAll(writer % 2 ? here : there, name, writer, counts.length)),
          )
          const { text, version } = (await newest(here, name)) ?? { text: '', version: 0 }
          const wanted = writers.flatMap((counts, writer) => counts.map((_, index) => `${writer}.${index}`))
          expect(text.split(' ').sort()).toEqual(wanted.sort())
          expect(version).toBe(wanted.length)
        }),
        { numRuns: 10 },
      )
    })

    test('RG-7: who watches a document is told its text and every newest one, in order', async () => {
      const told: Versioned[] = []
      const document = here.document('a')
      there.document('a').watch((versioned) => told.push(versioned))
      await document.write('text 1', null)
      await expect.poll(() => told.at(-1)).toEqual({ text: 'text 1', version: 1 })
      for (let version = 1; version < 50; version++) await document.write(`text ${version + 1}`, version)
      await expect.poll(() => told.at(-1)).toEqual({ text: 'text 50', version: 50 })
      const versions = told.map(({ version }) => version)
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
      const late = vi.fn()
      there.document('a').watch(late)
      expect(late).not.toHaveBeenCalled()
      await expect.poll(() => late.mock.calls).toEqual([[{ text: 'text 50', version: 50 }]])
    })

    test('RG-7: who cancelled is told nothing, not even what was under way', async () => {
      const [document, cancelled, told] = [here.document('a'), vi.fn(), vi.fn()]
      await document.write('first', null)
      for (let index = 0; index < 1_000; index++) there.document('a').watch(cancelled)()
      there.watchMembers(cancelled)()
      there.document('a').watch(told)
      await document.write('second', 1)
      await here.join(node(1))
      await expect.poll(() => told.mock.lastCall).toEqual([{ text: 'second', version: 2 }])
      expect(cancelled).not.toHaveBeenCalled()
    })

    test('RG-8: of all candidates one leads; when it resigns, another', async () => {
      const told: string[] = []
      const stand = (index: number) =>
        (index % 2 ? here : there).campaign(`c${index}`, (leading) => told.push(`${index} ${leading}`))
      const candidates = [0, 1, 2, 3, 4].map(stand)
      const leaders = () => candidates.filter(({ leading }) => leading)
      for (let left = 5; left > 0; left--) {
        await expect.poll(() => [leaders().length, told.length]).toEqual([1, 6 - left])
        const leader = leaders()[0]
        expect(told.at(-1)).toBe(`${candidates.indexOf(leader as never)} true`)
        await leader?.resign()
        expect(leader?.leading).toBe(false)
      }
      stand(5)
      await expect.poll(() => told.at(-1)).toBe('5 true')
    })

    test('RG-8: nobody is told of the lead inside the call that stands', async () => {
      const told = vi.fn()
      const campaign = here.campaign('a', told)
      expect(told).not.toHaveBeenCalled()
      await expect.poll(() => told.mock.calls).toEqual([[true]])
      expect(campaign.leading).toBe(true)
    })

    test('RG-9: a registry that is closed gives up its leases and its candidacies', async () => {
      const lease = await here.join(node(1))
      const campaign = here.campaign('a', () => {})
      await expect.poll(() => campaign.leading).toBe(true)
      await here.close()
      expect([here.connected, lease.held, campaign.leading]).toEqual([false, false, false])
      await lease.report(noLoad)
      await lease.leave()
      await campaign.resign()
      await here.close()
    })
  })
}

/** Writes `count` words of its own into a document that others write, too. */
async function addAll(registry: NodeRegistry, name: string, writer: number, count: number): Promise<void> {
  const document = registry.document(name)
  for (let index = 0; index < count; ) {
    const known = await document.read()
    const text = [...(known ? [known.text] : []), `${writer}.${index}`].join(' ')
    if (await document.write(text, known?.version ?? null)) index++
  }
}

/** A read may lag behind what another view wrote; a refused write brings it up. */
async function newest(registry: NodeRegistry, name: string): Promise<Versioned | null> {
  await registry.document(name).write('', null)
  return registry.document(name).read()
}
