import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memberOfName, nameOfMember } from './member-names.ts'

test('RG-5: the name of a znode holds all of a member, and nothing that ZooKeeper would not take', () => {
  const url = fc.webUrl({ withQueryParameters: true, validSchemes: ['http', 'https'] })
  const role = fc.constantFrom('comments', 'realtime', 'dispatcher', 'gateway')
  fc.assert(
    fc.property(fc.record({ url, roles: fc.uniqueArray(role) }), (member) => {
      const name = nameOfMember(member)
      expect(name).toMatch(/^[\w.*%+&=-]+$/)
      expect(memberOfName(name)).toEqual(member)
    }),
    { numRuns: 30 },
  )
})

test('RG-5: what stands beside the members is none', () => {
  for (const name of ['', 'url', 'url=', 'roles=gateway', '%', 'lock-0000000001'])
    expect(memberOfName(name)).toBeNull()
  expect(memberOfName('url=a')).toEqual({ url: 'a', roles: [] })
})
