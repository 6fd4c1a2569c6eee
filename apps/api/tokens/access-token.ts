import { errors, jwtVerify, type JWTPayload } from 'jose';
import * as z from 'zod';
import { aheadText, CLOCK_TOLERANCE_SECONDS } from '../../service/clock';
import { challenge, Problem } from '../http/problem';
import type { FlowKeys } from './flow-keys';

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
const MAX_TOKEN_LENGTH = 8192;
const MAX_LIFETIME_SECONDS = 24 * 60 * 60;
// Three parts in base64url without padding (RFC 7515, section 7.1); the library would take padding and +/ too.
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const PARTS_OF_JSON = /"(?:[^"\\]|\\.)*"|[{}[\]:]/gs;

const Absent = z.never().optional();
/**
 * Where a token says by itself which key proves it (`jku`, `x5u`, `jwk`, `x5c`), or that it wraps another token (`cty`), it is
 * refused: keys come from the configured flows alone.
 */
const TokenHeader = z.object({
  alg: z.literal('RS256'),
  kid: z.string().min(1).max(256),
  typ: z.string().regex(/^(application\/)?(at\+)?jwt$/i),
  ...{ jku: Absent, jwk: Absent, x5u: Absent, x5c: Absent, crit: Absent, cty: Absent },
});

/** The flow that a token says it is from: `tfp`, or `acr` where the tenant has the older claim. */
const FlowClaim = z
  .object({ tfp: z.string().toLowerCase().optional(), acr: z.string().toLowerCase().optional() })
  .refine(({ tfp, acr }) => tfp === undefined || acr === undefined || tfp === acr)
  .transform(({ tfp, acr }) => tfp ?? acr);

const AudienceClaim = z.object({ aud: z.string() });
const Guid = z.guid().toLowerCase();
const Time = z.number().min(0).max(253_402_300_799);
const TokenClaims = z
  .object({
    oid: Guid.optional(),
    // In B2C the object id too, by default (https://learn.microsoft.com/azure/active-directory-b2c/tokens-overview#claims).
    sub: z.string().max(255).optional(),
    // In a list it is for no one here: neither directory issues such a token.
    aud: z.string(),
    azp: z.string(),
    scp: z.string().max(1000).default(''),
    iat: Time,
    nbf: Time,
    exp: Time,
    // B2C's claim, and External ID's.
    emails: z.array(z.string().max(254)).max(20).optional(),
    email: z.string().max(254).optional(),
  })
  .refine(({ iat, nbf, exp }) => iat < exp && nbf < exp && exp - iat <= MAX_LIFETIME_SECONDS);

/**
 * Checks an access token of the customers' directory (RFC 9068, section 4, with the claims of B2C or External ID).
 * @throws Problem 401 in words that quote nothing of it if it is not to be accepted, 503 if the issuer's keys were never to be had
 */
export async function verifyAccessToken(token: string, rules: TokenRules): Promise<Caller> {
  if (token.length > MAX_TOKEN_LENGTH || !COMPACT.test(token)) throw tokenFault('The token is not a JSON Web Token.');
  const flow = flowOf(token, rules);
  const source = rules.flows[flow];
  const { data: claims } = TokenClaims.safeParse(await verify(token, source, rules));
  if (claims === undefined) throw tokenFault('The token lacks a claim or has a wrong one.');
  if (claims.azp !== rules.authorizedParty) throw tokenFault('The token was issued to another application.');
  const now = secondsOf(rules);
  if (claims.iat > now + CLOCK_TOLERANCE_SECONDS)
    throw tokenFault(`The token's claim ${aheadText('iat', claims.iat, now)}.`);
  const { email, emails = email === undefined ? [] : [email], scp } = claims;
  return { oid: oidIn(claims, source), emails, flow, scopes: new Set(scp.split(' ').filter(Boolean)) };
}

/** The person's id: `oid`, or `sub` of a B2C flow, since that of External ID differs from one application to the next. */
function oidIn({ oid, sub }: z.output<typeof TokenClaims>, { id }: TokenSource): string {
  const person = oid ?? (id === undefined ? undefined : Guid.safeParse(sub).data);
  if (person !== undefined) return person;
  throw tokenFault("The token's claims oid and sub do not say who the person is.");
}

/** The flow, or the audience, decides which keys must have signed; that it is true is known once the signature is checked. */
function flowOf(token: string, { flows }: TokenRules): Caller['flow'] {
  const [header, claims] = token.split('.').slice(0, 2).map(parsePart);
  if (!TokenHeader.safeParse(header).success) throw tokenFault('The token has no acceptable header.');
  const { data: named } = FlowClaim.safeParse(claims);
  const { data: audience } = AudienceClaim.safeParse(claims);
  const found = (['step-up', 'sign-in'] as const).find((flow) => {
    const { id, audience: expected } = flows[flow];
    return id === undefined ? audience?.aud === expected : named === id.toLowerCase();
  });
  if (found !== undefined) return found;
  const isOfFlows = flows['sign-in'].id !== undefined;
  throw tokenFault(isOfFlows ? 'The token is from another user flow.' : "The token's claim aud is not acceptable.");
}

function parsePart(part: string): unknown {
  const json = Buffer.from(part, 'base64url').toString();
  try {
    if (!hasDuplicateMembers(json)) return JSON.parse(json);
  } catch {
    throw tokenFault('The token is not a JSON Web Token.');
  }
  throw tokenFault('The token names a claim twice.');
}

/** JSON.parse takes the last member of a name, another parser may take the first: RFC 7519, section 4, lets such claims be refused. */
function hasDuplicateMembers(json: string): boolean {
  const names: string[] = [];
  let depth = 0;
  let last = '';
  for (const [part] of json.matchAll(PARTS_OF_JSON)) {
    if (part === '{' || part === '[') depth++;
    else if (part === '}' || part === ']') depth--;
    else if (part === ':' && depth === 1) names.push(String(JSON.parse(last)));
    last = part;
  }
  return new Set(names).size < names.length;
}

async function verify(token: string, { audience, keys }: TokenSource, rules: TokenRules): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys.find, {
      algorithms: ['RS256'],
      issuer: await keys.issuer(),
      audience,
      requiredClaims: ['exp', 'nbf', 'iat'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      ...(rules.now && { currentDate: rules.now() }),
    });
    return payload;
  } catch (error) {
    throw error instanceof errors.JOSEError ? tokenFault(faultText(error, secondsOf(rules))) : error;
  }
}

function tokenFault(detail: string): Problem {
  return new Problem('invalid-token', detail, challenge({ error: 'invalid_token' }));
}

function faultText(error: errors.JOSEError, now: number): string {
  if (error instanceof errors.JWTExpired) return 'The token is expired.';
  if (!(error instanceof errors.JWTClaimValidationFailed)) return 'The token is not signed by the directory.';
  const { nbf } = error.payload;
  if (error.claim === 'nbf' && typeof nbf === 'number') return `The token's claim ${aheadText('nbf', nbf, now)}.`;
  return `The token's claim ${error.claim} is not acceptable.`;
}

function secondsOf({ now }: TokenRules): number {
  return (now?.() ?? new Date()).getTime() / 1000;
}
