import * as z from 'zod';

/** Claims that are read of an id token; the rest is shown as it is. */
const IdTokenClaims = z.looseObject({
  sub: z.string().min(1),
  oid: z.string().min(1).optional(),
  iat: z.number(),
  auth_time: z.number().optional(),
  name: z.string().optional().catch(undefined),
  given_name: z.string().optional().catch(undefined),
  family_name: z.string().optional().catch(undefined),
  // B2C's claim, and External ID's.
  emails: z.array(z.string()).optional().catch(undefined),
  email: z.string().optional().catch(undefined),
});

/** The id that a person keeps for good. A flow that does not return `oid` has it as `sub`. */
export function oidOf(claims: unknown): string {
  const { oid, sub } = IdTokenClaims.parse(claims);
  return oid ?? sub;
}

/**
 * Time at which the person proved who they are, in milliseconds. Where the directory does not say (`isDated`), it is the token's,
 * which holds only if the directory was told to ask.
 */
export function proofOf(claims: unknown): { readonly at: number; readonly isDated: boolean } {
  const { auth_time: time, iat } = IdTokenClaims.parse(claims);
  return { at: (time ?? iat) * 1_000, isDated: time !== undefined };
}

/** A person as pages show them; without emails where the directory entry has no address. */
export function personOf(claims: unknown) {
  const { name, given_name: givenName, family_name: familyName, email, ...rest } = IdTokenClaims.parse(claims);
  const emails = rest.emails ?? (email === undefined ? [] : [email]);
  // Both directories fill in 'unknown' for an account without a display name.
  const shown = [name === 'unknown' ? undefined : name, joined(givenName, familyName), emails[0]].find(Boolean);
  return { name: shown ?? 'customer', givenName, familyName, emails };
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}
