/** Milliseconds since 1970 as they were when the page was loaded, counted on: setting the device's clock moves nothing. */
export const pageNow = (): number => performance.timeOrigin + performance.now()
