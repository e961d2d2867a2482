import type { Socket } from 'node:net'
import cors from '@fastify/cors'
import { validatorCompiler, type ZodTypeProvider } from '@fastify/type-provider-zod'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify'
import { ChorusError, type ProblemCode } from '../domain/errors.ts'
import { joinBodyPieces } from './body-pieces.ts'
import { type CorsOrigins, corsOptions } from './cors.ts'
import { answerError, handleErrors } from './errors.ts'
import { acceptJson } from './json-body.ts'
import { problemBody, problemType } from './problem.ts'
import { rawHead } from './raw-response.ts'
import { serveInTurn } from './request-gate.ts'
import { originForm, refuseOddHeads } from './request-head.ts'
import { dataHeaders } from './security-headers.ts'
import type { Turns } from './turns.ts'
import { defaultUnreadAnswersOptions, UnreadAnswers, type UnreadAnswersOptions } from './unread-answers.ts'

/** A Fastify that checks and types requests by zod schemas. */
export type HttpServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** Room for a comment of 5,000 characters however its JSON is escaped. */
const bodyBytesMax = 65_536

export interface HttpServerOptions {
  /** The bounds of answers that clients do not read. */
  unread?: UnreadAnswersOptions
  turns?: Turns
}

/**
 * The HTTP server that every role's routes are put on: its bounds, its errors, its log lines.
 * @param stopping whether it is about to stop: it then accepts no changes
 * @param corsOrigins the sites whose pages may use it
 */
export async function createHttpServer(
  logger: FastifyBaseLogger,
  stopping: () => boolean,
  corsOrigins: CorsOrigins = '*',
  { unread = defaultUnreadAnswersOptions, turns }: HttpServerOptions = {},
): Promise<HttpServer> {
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytesMax,
    rewriteUrl: ({ url = '/' }) => originForm(url),
    routerOptions: { maxParamLength: 256 },
    // While it stops our own routes answer: in words of the interface, and a stream with a 200.
    return503OnClosing: false,
    // Slow senders hold a socket and nothing else, and not for long.
    requestTimeout: 15_000,
    http: { headersTimeout: 10_000, maxHeaderSize: 16_384, connectionsCheckingInterval: 2_000 },
    clientErrorHandler: refuseConnection,
    // What fails before a route is found passes no error handler of ours.
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply.headers(dataHeaders)),
  }).withTypeProvider<ZodTypeProvider>()
  serveInTurn(app.server, turns)
  boundAnswers(app, unread)
  // A client that ends its side after its request still waits for the answer. Node's own option, though it documents none of it.
  Object.assign(app.server, { httpAllowHalfOpen: true })
  app.setValidatorCompiler(validatorCompiler)
  // What is answered is ours: one JSON.stringify, without a second check.
  app.setSerializerCompiler(() => JSON.stringify)
  app.decorateRequest('identity', null)
  handleErrors(app as unknown as FastifyInstance)
  joinBodyPieces(app as unknown as FastifyInstance)
  acceptJson(app as unknown as FastifyInstance)
  // First of all, so that it holds for what is answered before a route is reached.
  app.addHook('onRequest', (_, reply, done) => {
    reply.headers(dataHeaders)
    done()
  })
  await app.register(cors, corsOptions(corsOrigins))
  refuseOddHeads(app as unknown as FastifyInstance)
  app.addHook('onRequest', async (request) => {
    if (stopping() && request.method !== 'GET') throw new ChorusError('stopping', null, 1_000)
  })
  logRequests(app)
  return app
}

/** Bounds answers that clients do not read. What is prepared once for all takes no memory of its own. */
function boundAnswers(app: HttpServer, options: UnreadAnswersOptions): void {
  const unread = new UnreadAnswers(options)
  const stopWatching = unread.watch(app.server)
  app.addHook('onClose', async () => stopWatching())
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!request.routeOptions.config.isPrepared && (typeof payload === 'string' || Buffer.isBuffer(payload)))
      unread.weigh(reply.raw, Buffer.byteLength(payload))
    done()
  })
}

/** Never the address as it came, which may hold a ticket: only the route's pattern. */
function logRequests(app: HttpServer): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request
    request.log.debug(
      { method, route: routeOptions.url, status: reply.statusCode, ms: reply.elapsedTime },
      'request',
    )
  })
}

const connectionProblems: Record<string, ProblemCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

const lingerMs = 1_000

/** What could not be read as a request at all: answered, where the socket still takes an answer, and closed. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy()
    return
  }
  const problem = problemBody(connectionProblems[error.code ?? ''] ?? 'invalid_request')
  const body = JSON.stringify(problem)
  const head = rawHead(`${problem.status} ${problem.code}`, {
    'content-type': problemType,
    ...dataHeaders,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  })
  socket.end(head + body)
  // Closed at once, what it is still sending would overtake the answer as a reset; left alone, it may never close.
  setTimeout(() => socket.destroy(), lingerMs).unref()
}
