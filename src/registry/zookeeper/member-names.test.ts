import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memberOfName, nameOfMember } from './member-names.ts'

test('RG-5: the name of a znode holds all of a member, and nothing that ZooKeeper would not take', () => {
  const url = fc.webUrl({ withQueryParameters: true, validSchemes: ['http', 'https'] })
  const role = fc.constantFrom('comments', 'realtime', 'dispatcher', 'gateway')
  const part = fc.option(fc.string({ minLength: 1, maxLength: 60 }))
  const cluster = fc.record({ store: part, bus: part, wire: fc.string() })
  const roles = fc.uniqueArray(role)
  const member = fc.record({ url, roles, cluster }, { requiredKeys: ['url', 'roles'] })
  fc.assert(
    fc.property(member, (member) => {
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
