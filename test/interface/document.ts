import { interfaceDocument } from '../../src/compose/interface-document.ts'

export interface Parameter {
  name: string
  in: string
  required?: boolean
  schema: unknown
}

export interface Response {
  description: string
  content?: Record<string, { schema?: unknown; itemSchema?: unknown; examples?: Record<string, unknown> }>
}

export interface Operation {
  operationId: string
  summary: string
  security: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: unknown }> }
  responses: Record<string, Response | { $ref: string }>
}

export interface OpenApi {
  openapi: string
  info: { title: string; version: string }
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: Record<string, Record<string, unknown>>
}

/** The document with every route that there is: that of demo mode. */
export const openApi = (await interfaceDocument('0.1.0', true)) as OpenApi

/** What a reference of the document leads to. */
export function resolve<T>(node: T | { $ref: string }): T {
  if (typeof node !== 'object' || node === null || !('$ref' in node)) return node as T
  const keys = node.$ref.replace('#/', '').split('/')
  return keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], openApi) as T
}

/** Each operation with its method and path, as `GET /v1/dispatch`. */
export const operations: [string, Operation][] = Object.entries(openApi.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]): [string, Operation] => [
    `${method.toUpperCase()} ${path}`,
    operation,
  ]),
)
