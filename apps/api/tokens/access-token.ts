import type { JWTVerifyResult } from 'jose';
import { errors, jwtVerify } from 'jose';
import { aheadText, CLOCK_TOLERANCE_SECONDS } from '../../service/clock';
import { AudienceClaim, FlowClaim, personIn, TokenClaims, TokenHeader } from './claims';
import { hasDuplicateMembers } from './duplicate-members';
import type { FlowKeys } from './flow-keys';

/** Reason why a token is not accepted, in words that quote nothing of it. */
export class TokenFault extends Error {
  override readonly name = 'TokenFault';
}

/** The person on whose behalf a request is made, and what the token allows. */
export interface Caller {
  /** The person's id in the directory; a GUID in lower case. */
  readonly oid: string;
  /** E-mail addresses as the directory has them now; may be none. */
  readonly emails: readonly string[];
  readonly scopes: ReadonlySet<string>;
  /** Way in which the person signed in: the step-up is the one with the second factor. */
  readonly flow: 'sign-in' | 'step-up';
}

/** A token that was accepted. */
export interface VerifiedToken {
  readonly caller: Caller;
  /** Its own times, in seconds since 1970. */
  readonly nbf: number;
  readonly exp: number;
}

/** Marks of the tokens of one way to sign in. */
export interface TokenSource {
  /** User flow that they name, in B2C. Without it, as in External ID, their audience tells them from others. */
  readonly id?: string;
  /** `aud`: the client id of an application that stands for the API. */
  readonly audience: string;
  readonly keys: FlowKeys;
}

export interface TokenRules {
  /** `azp`: the client id of the only application that may ask. */
  readonly authorizedParty: string;
  readonly flows: Readonly<Record<Caller['flow'], TokenSource>>;
  /** @default the clock */
  readonly now?: () => Date;
}

/** Characters of a token at most; the directories' have about 1,500. */
export const MAX_TOKEN_LENGTH = 8192;
// Three parts in base64url without padding (RFC 7515, section 7.1); the library would take padding and +/ too.
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Checks an access token of the customers' directory (RFC 9068, section 4, with the claims of B2C or External ID).
 * @throws TokenFault if it is not to be accepted, KeysUnavailable if the issuer's keys were never to be had
 */
export async function verifyAccessToken(token: string, rules: TokenRules): Promise<VerifiedToken> {
  if (token.length > MAX_TOKEN_LENGTH) throw new TokenFault('The token is too long.');
  if (!COMPACT.test(token)) throw new TokenFault('The token is not a JSON Web Token.');
  const flow = flowOf(token, rules);
  const source = rules.flows[flow];
  const { payload } = await verify(token, source, rules);
  const claims = TokenClaims.safeParse(payload);
  if (!claims.success) throw new TokenFault('The token lacks a claim or has a wrong one.');
  const { aud, azp, iat, email, scp, nbf, exp } = claims.data;
  // The library takes an audience in a list too; neither directory issues such a token.
  if (aud !== source.audience) throw new TokenFault("The token's claim aud is not acceptable.");
  if (azp !== rules.authorizedParty) throw new TokenFault('The token was issued to another application.');
  const now = secondsOf(rules);
  if (iat > now + CLOCK_TOLERANCE_SECONDS) throw new TokenFault(`The token's claim ${aheadText('iat', iat, now)}.`);
  const oid = personIn(claims.data, { isOfFlow: source.id !== undefined });
  if (oid === undefined) throw new TokenFault("The token's claims oid and sub do not say who the person is.");
  const emails = claims.data.emails ?? (email === undefined ? [] : [email]);
  const scopes = new Set(scp.split(' ').filter((scope) => scope !== ''));
  return { caller: { oid, emails, flow, scopes }, nbf, exp };
}

/** The flow, or the audience, decides which keys must have signed; that it is true is known once the signature is checked. */
function flowOf(token: string, { flows }: TokenRules): Caller['flow'] {
  const [header = '', payload = ''] = token.split('.');
  if (!TokenHeader.safeParse(parsePart(header)).success) throw new TokenFault('The token has no acceptable header.');
  const claims = parsePart(payload);
  const found = (['step-up', 'sign-in'] as const).find((flow) => isFrom(flows[flow], claims));
  if (found !== undefined) return found;
  throw new TokenFault(
    flows['sign-in'].id === undefined
      ? "The token's claim aud is not acceptable."
      : 'The token is from another user flow.',
  );
}

function isFrom({ id, audience }: TokenSource, claims: unknown): boolean {
  if (id === undefined) return AudienceClaim.safeParse(claims).data === audience;
  return FlowClaim.safeParse(claims).data === id.toLowerCase();
}

function parsePart(part: string): unknown {
  const json = Buffer.from(part, 'base64url').toString();
  try {
    if (!hasDuplicateMembers(json)) return JSON.parse(json);
  } catch {
    throw new TokenFault('The token is not a JSON Web Token.');
  }
  throw new TokenFault('The token names a claim twice.');
}

async function verify(token: string, { audience, keys }: TokenSource, rules: TokenRules): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, keys.find, {
      algorithms: ['RS256'],
      issuer: await keys.issuer(),
      audience,
      requiredClaims: ['exp', 'nbf', 'iat'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      ...(rules.now && { currentDate: rules.now() }),
    });
  } catch (error) {
    throw error instanceof errors.JOSEError ? new TokenFault(faultText(error, secondsOf(rules))) : error;
  }
}

function faultText(error: errors.JOSEError, now: number): string {
  if (error instanceof errors.JWTExpired) return 'The token is expired.';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf') {
    const { nbf } = error.payload;
    if (typeof nbf === 'number') return `The token's claim ${aheadText('nbf', nbf, now)}.`;
  }
  if (error instanceof errors.JWTClaimValidationFailed) return `The token's claim ${error.claim} is not acceptable.`;
  return 'The token is not signed by the directory.';
}

function secondsOf({ now }: TokenRules): number {
  return (now?.() ?? new Date()).getTime() / 1000;
}
