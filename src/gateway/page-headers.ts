import type { GatewayMode } from './options.ts'

/** Where the pages' scripts may connect to. In the mode `direct` the SDK opens streams at nodes, which come and go. */
const connections: Record<GatewayMode, string> = {
  proxy: "'self'",
  accel: "'self'",
  direct: "'self' http: https:",
}

/** What a browser is told of the pages for people and of what they are made of. */
export const pageHeaders = (mode: GatewayMode) => ({
  'content-security-policy': [
    "default-src 'self'",
    `connect-src ${connections[mode]}`,
    // Avatars, and a video of the operator's, which `?src=` names.
    "img-src 'self' https: data:",
    "media-src 'self' http: https:",
    "object-src 'none'",
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; '),
  // A page that opens this one in a window has no hold on that window.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
})
