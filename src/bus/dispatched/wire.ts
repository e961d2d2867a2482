/** What both ends agree on; the body is an event batch. */
export const path = '/v1/internal/events'
export const contentType = 'application/vnd.chorus.events+json'
/** Far above what one request holds, which is estimated. */
export const bodyBytesMax = 8_388_608
