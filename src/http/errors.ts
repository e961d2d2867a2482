import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ChorusError, type ProblemCode, problems } from '../domain/errors.ts'
import { sendError, sendProblem } from './problem.ts'

/** Fastify's own refusals in our words. */
const codes: Record<string, ProblemCode> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_BAD_URL: 'invalid_request',
  FST_ERR_MAX_PARAM_LENGTH: 'invalid_request',
}

/** What is refused before it is looked up what the address is. */
const badAddress = ['FST_ERR_BAD_URL', 'FST_ERR_MAX_PARAM_LENGTH']

/** Every error of every route leaves here, as problem+json. */
export function handleErrors(app: FastifyInstance): void {
  app.setErrorHandler(answerError)
  app.setNotFoundHandler(answerUnknown)
}

export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ChorusError) {
    if (isFault(error)) request.log.error({ err: error.cause ?? error, code: error.code }, 'a request failed')
    return sendError(reply, error)
  }
  if (error.validation) return sendProblem(reply, 'invalid_request', { errors: describe(error) })
  // Fastify wants QUERY to name its type before it looks for a route, and no route takes QUERY.
  if (error.code === 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE') return answerUnknown(request, reply)
  // Closed while the body still comes, the connection would take the answer with it: the rest is read and dropped.
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') reply.header('connection', 'keep-alive')
  // What is wrong with a request for nothing is that it is for nothing.
  if (request.is404 && !badAddress.includes(error.code)) return answerUnknown(request, reply)
  const code = codes[error.code] ?? codeOf(error)
  if (code) return sendProblem(reply, code)
  request.log.error({ err: error }, 'a request failed')
  return sendProblem(reply, 'internal')
}

/** The parser of JSON fails with an error of the language's own; all else is not about the body. */
const codeOf = ({ statusCode = 500, name }: FastifyError): ProblemCode | null => {
  if (statusCode >= 500) return null
  return name === 'SyntaxError' ? 'invalid_json' : 'invalid_request'
}

/** Logged by others: a store that is away once, and not for each request; busy or stopping is no fault. */
const toldElsewhere: ProblemCode[] = ['store_unavailable', 'overloaded', 'stopping']

/** Whether it tells of something broken that nothing else reports. */
export const isFault = ({ code }: ChorusError): boolean =>
  problems[code].status >= 500 && !toldElsewhere.includes(code)

const describe = ({ validation = [], validationContext }: FastifyError) =>
  validation.slice(0, 10).map(({ instancePath, message }) => ({
    path: [validationContext ?? 'request', ...instancePath.split('/').filter(Boolean)].join('.'),
    message: message ?? 'is not accepted',
  }))

/** A known address with the wrong method is 405, and says which methods it takes. */
function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const url = request.url.split('?')[0] ?? '/'
  const methods = ['GET', 'POST', 'PATCH', 'DELETE'] as const
  const allowed = methods.filter((method) => request.server.findRoute({ method, url }) !== null)
  if (allowed.length === 0) return sendProblem(reply, 'not_found')
  return sendProblem(reply.header('allow', allowed.join(', ')), 'method_not_allowed')
}
