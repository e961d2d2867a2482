import { Problem } from '../protocol/api.ts'

/** For the OpenAPI document: every route may answer with a problem. */
export const problemResponses = {
  '4XX': Problem.describe('A problem with the request (application/problem+json)'),
  '5XX': Problem.describe('A problem of the server (application/problem+json)'),
}
