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

/** A person as pages show them. */
export interface Person {
  readonly name: string;
  readonly givenName: string | undefined;
  readonly familyName: string | undefined;
  /** None where the directory entry has no address. */
  readonly emails: readonly string[];
}

/** The id that a person keeps for good. A flow that does not return `oid` has it as `sub`. */
export function oidOf(claims: unknown): string {
  const { oid, sub } = IdTokenClaims.parse(claims);
  return oid ?? sub;
}

export interface ProofOptions {
  /** True if the directory was told to ask again: then the proof is as old as the token. */
  readonly isProofNew: boolean;
}

/**
 * Time at which the person proved who they are, in milliseconds; undefined where the directory does not say, as a token
 * without `auth_time` of a sign-in that may be an old one.
 */
export function provedAt(claims: unknown, { isProofNew }: ProofOptions): number | undefined {
  const { auth_time: time } = IdTokenClaims.parse(claims);
  return isProofNew || time !== undefined ? provedNow(claims) : undefined;
}

/** Time of a proof that the directory has just asked for, in milliseconds: that of the token where it does not say. */
export function provedNow(claims: unknown): number {
  const { auth_time: time, iat } = IdTokenClaims.parse(claims);
  return (time ?? iat) * 1_000;
}

export function personOf(claims: unknown): Person {
  const { name, given_name: givenName, family_name: familyName, email, ...rest } = IdTokenClaims.parse(claims);
  const emails = rest.emails ?? (email === undefined ? [] : [email]);
  // Both directories fill in 'unknown' for an account without a display name.
  const shown = [name === 'unknown' ? undefined : name, joined(givenName, familyName), emails[0]].find(Boolean);
  return { name: shown ?? 'customer', givenName, familyName, emails };
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}
