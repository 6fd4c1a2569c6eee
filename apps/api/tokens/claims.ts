import * as z from 'zod';

const MAX_LIFETIME_SECONDS = 24 * 60 * 60;
const MAX_EMAILS = 20;
const Absent = z.never().optional();
const Time = z.number().min(0).max(253_402_300_799);

/**
 * The header of an access token of the directory. Where a token says by itself which key proves it (`jku`, `x5u`, `jwk`, `x5c`), or
 * that it wraps another token (`cty`), it is refused: keys come from the configured flows alone.
 */
export const TokenHeader = z.object({
  alg: z.literal('RS256'),
  kid: z.string().min(1).max(256),
  typ: z.string().regex(/^(application\/)?(at\+)?jwt$/i),
  jku: Absent,
  jwk: Absent,
  x5u: Absent,
  x5c: Absent,
  crit: Absent,
  cty: Absent,
});

/** The flow that a token says it is from: `tfp`, or `acr` where the tenant has the older claim. */
export const FlowClaim = z
  .object({ tfp: z.string().optional(), acr: z.string().optional() })
  .refine(({ tfp, acr }) => tfp === undefined || acr === undefined || tfp.toLowerCase() === acr.toLowerCase())
  .transform(({ tfp, acr }) => (tfp ?? acr)?.toLowerCase())
  .pipe(z.string());

/** For whom a token says it is; in a list it is for no one here. */
export const AudienceClaim = z.object({ aud: z.string() }).transform(({ aud }) => aud);

const Guid = z.guid().toLowerCase();

/** The claims that the API needs; the signature, issuer, audience and times are checked before. */
export const TokenClaims = z
  .object({
    oid: Guid.optional(),
    // In B2C the object id too, by default (https://learn.microsoft.com/azure/active-directory-b2c/tokens-overview#claims).
    sub: z.string().max(255).optional(),
    aud: z.string(),
    azp: z.string(),
    scp: z.string().max(1000).default(''),
    iat: Time,
    nbf: Time,
    exp: Time,
    // B2C's claim, and External ID's.
    emails: z.array(z.string().max(254)).max(MAX_EMAILS).optional(),
    email: z.string().max(254).optional(),
  })
  .refine(({ iat, nbf, exp }) => iat < exp && nbf < exp && exp - iat <= MAX_LIFETIME_SECONDS);

/**
 * Id that a person keeps for good: `oid`, or `sub` of a B2C flow that does not return the object id. `sub` of External ID differs
 * from one application to the next.
 */
export function personIn(
  { oid, sub }: Pick<z.output<typeof TokenClaims>, 'oid' | 'sub'>,
  { isOfFlow }: { readonly isOfFlow: boolean },
): string | undefined {
  return oid ?? (isOfFlow ? Guid.safeParse(sub).data : undefined);
}
