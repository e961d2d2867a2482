import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { expect } from 'vitest'
import type { Problem } from '../../src/protocol/api.ts'
import type { Addressed } from './chorus-server.ts'
import type { Reply } from './http-client.ts'

/** As much of /openapi.json as says which problems an operation can answer. */
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Refusal | { $ref: string }> }>>
  components: { responses: Record<string, Refusal> }
}
type Refusal = { content?: Record<string, { examples: Record<string, unknown> }> }

const documents = new Map<string, Promise<Document | null>>()

/** Every refusal that any test meets is one that the server's own document has for that address. */
export async function expectDescribed(server: Addressed, method: string, path: string, reply: Reply) {
  const document = reply.status < 400 || method === 'HEAD' ? null : await documentOf(server)
  const operation = document && operationAt(document, method, path)
  if (!operation) return
  const { code } = reply.json<Problem>()
  const response = operation.responses[reply.status] ?? {}
  const refusal = '$ref' in response ? document.components.responses[nameIn(response.$ref)] : response
  const described = Object.keys(refusal?.content?.['application/problem+json']?.examples ?? {})
  expect(described, `/openapi.json, ${method} ${path}, ${reply.status}`).toContain(code)
}

const nameIn = (reference: string) => reference.split('/').at(-1) ?? ''

function operationAt({ paths }: Document, method: string, path: string) {
  const bare = path.split('?')[0] ?? ''
  const [, item] = Object.entries(paths).find(([template]) => matches(template, bare)) ?? []
  return item?.[method.toLowerCase()]
}

const matches = (template: string, path: string) =>
  new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]*')}$`).test(path)

/** Null where none is served: at a node without the role, or one that is gone. */
function documentOf({ url }: Addressed): Promise<Document | null> {
  const known = documents.get(url) ?? readDocument(url)
  documents.set(url, known)
  return known
}

const readDocument = (url: string) =>
  new Promise<Document | null>((resolve) => {
    request(`${url}/openapi.json`, { agent: false, timeout: 5_000 }, (response) => {
      json(response).then(
        // A server that stands in for a node may answer anything.
        (document) => resolve((document as Partial<Document>).paths ? (document as Document) : null),
        () => resolve(null),
      )
    })
      .on('timeout', () => resolve(null))
      .on('error', () => resolve(null))
      .end()
  })
