import { errors } from 'jose'
import { refuseTime, secondsMax } from './claims.ts'

/** What is wrong with a token, in words for the platform that makes tokens. Names the claim only when the signature is right. */
export function tokenRefusal(error: unknown): string | null {
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error)
  if (error instanceof errors.JOSEAlgNotAllowed) return 'Its algorithm is not one that is taken here.'
  if (error instanceof errors.JWKSNoMatchingKey) return 'It is signed with a key that is not known here.'
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'It names no key (kid), and several fit.'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'Its signature does not match.'
  return 'It is no signed JWT.'
}

function claimRefusal({ claim, reason, payload }: errors.JWTClaimValidationFailed): string {
  if (reason === 'missing') return `The claim ${claim} is missing.`
  if (claim === 'iss' || claim === 'aud') return `The claim ${claim} is not what this server is set to take.`
  if (claim === 'nbf' && typeof payload.nbf === 'number' && payload.nbf <= secondsMax)
    return 'The claim nbf says that the token is not good yet.'
  return refuseTime(claim, payload[claim])
}
