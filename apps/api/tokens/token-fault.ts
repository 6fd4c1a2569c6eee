/** Reason why a token is not accepted, in words that quote nothing of it. */
export class TokenFault extends Error {
  override readonly name = 'TokenFault';
}

/** The keys can't be had, so that no token can be checked: the issuer's fault, not the client's. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}
