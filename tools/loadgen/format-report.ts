import type { Quantiles } from './measure/histogram.ts'
import type {
  BenchReport,
  CommentFigures,
  Counts,
  DeliveryFigures,
  ServerFigures,
  ViewerFigures,
} from './report.ts'

type Row = [label: string, text: string]

/** The report for people: one fact to a line, the verdict last. */
export function formatReport(report: BenchReport): string {
  const { viewers, comments, deliveries, deliveryLatencyMs, replyLatencyMs, server, loadgen } = report
  const rows: Row[] = [
    ['server', `${report.url}, live video ${report.liveVideoId}`],
    ['time', `${fixed(report.elapsedSeconds, 1)} s`],
    ...(viewers ? viewerRows(viewers) : []),
    ...(comments ? commentRows(comments) : []),
    ...(deliveries ? deliveryRows(deliveries) : []),
    ...quantileRow('post → viewer', deliveryLatencyMs),
    ...quantileRow('post → reply', replyLatencyMs),
    ...(server ? serverRows(server) : []),
    ['load generator', `${fixed(loadgen.cores, 2)} cores`],
    ['verdict', report.ok ? 'ok' : report.faults.join(', ')],
  ]
  const width = Math.max(...rows.map(([label]) => label.length))
  return rows.map(([label, text]) => `${label.padEnd(width)}  ${text}`).join('\n')
}

function viewerRows(figures: ViewerFigures): Row[] {
  const { asked, connected, failed, failures, reconnects, resets, gaps, encodings } = figures
  const extra = [`${count(reconnects)} reconnects`, `${count(resets)} resets`, `${count(gaps)} gaps`]
  return [
    [
      'viewers',
      `${count(connected)} of ${count(asked)} connected, ${count(failed)} failed${inBrackets(failures)}`,
    ],
    ['', extra.join(', ')],
    ['', `content encoding of the streams${inBrackets(encodings)}`],
  ]
}

function commentRows({ posted, accepted, refused, skipped, acceptedPerSecond }: CommentFigures): Row[] {
  const refusals = Object.values(refused).reduce((sum, one) => sum + one, 0)
  const late = skipped > 0 ? `, ${count(skipped)} skipped` : ''
  return [
    ['comments', `${count(accepted)} of ${count(posted)} accepted, ${fixed(acceptedPerSecond, 1)}/s`],
    ['', `${count(refusals)} refused${inBrackets(refused)}${late}`],
  ]
}

function deliveryRows(figures: DeliveryFigures): Row[] {
  const { expected, received, lost, repeated, outOfOrder, perSecond, bytesPerDelivery, eventsPerRead } =
    figures
  return [
    ['deliveries', `${count(received)} of ${count(expected)}, ${count(Math.round(perSecond))}/s`],
    ['', `${count(lost)} lost, ${count(repeated)} repeated, ${count(outOfOrder)} out of order`],
    ['', `${fixed(bytesPerDelivery, 0)} bytes each on the wire, ${fixed(eventsPerRead, 2)} to a read`],
  ]
}

function quantileRow(label: string, quantiles: Quantiles | null): Row[] {
  if (!quantiles) return []
  const parts = Object.entries(quantiles).map(([name, milliseconds]) => `${name} ${fixed(milliseconds, 1)}`)
  return [[label, `${parts.join(', ')} ms`]]
}

function serverRows(figures: ServerFigures): Row[] {
  const { residentBytes, residentBytesPerViewer, privateBytesPerViewer, cpuSeconds } = figures
  const kilobytes = (bytes: number | null) => `${fixed(bytes === null ? null : bytes / 1_024, 1)} KB`
  const each: Row[] = [
    ['', `${fixed(figures.cpuMicrosecondsPerDelivery, 2)} µs CPU per delivery`],
    ['', `${fixed(figures.cpuMicrosecondsPerComment, 0)} µs CPU per comment`],
    ['', `${kilobytes(residentBytesPerViewer)} per viewer (${kilobytes(privateBytesPerViewer)} private)`],
  ]
  const size = `${fixed(residentBytes / 1_048_576, 0)} MB resident, ${fixed(cpuSeconds, 2)} s CPU`
  return [['server process', size], ...each.filter(([, text]) => !text.includes('–'))]
}

const inBrackets = (counts: Counts): string => {
  const parts = Object.entries(counts).map(([name, times]) => `${name}: ${count(times)}`)
  return parts.length > 0 ? ` (${parts.join(', ')})` : ''
}

const count = (value: number): string => value.toLocaleString('en')

const fixed = (value: number | null, digits: number): string => (value === null ? '–' : value.toFixed(digits))
