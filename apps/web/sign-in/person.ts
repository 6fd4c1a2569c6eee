import { z } from 'zod';

/** What is read of an id token; the rest is shown as it is. */
const IdTokenClaims = z.looseObject({
  sub: z.string().min(1),
  oid: z.string().min(1).optional(),
  iat: z.number(),
  auth_time: z.number().optional(),
  name: z.string().optional().catch(undefined),
  given_name: z.string().optional().catch(undefined),
  family_name: z.string().optional().catch(undefined),
  emails: z.array(z.string()).optional().catch(undefined),
});

/** Who a person is, as pages show it. */
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

/** When the person proved who they are, in milliseconds; a flow without `auth_time` says when it issued the token. */
export function provedAt(claims: unknown): number {
  const { auth_time: time, iat } = IdTokenClaims.parse(claims);
  return (time ?? iat) * 1_000;
}

export function personOf(claims: unknown): Person {
  const { name, given_name: givenName, family_name: familyName, emails = [] } = IdTokenClaims.parse(claims);
  // B2C fills in 'unknown' for an account without a display name.
  const shown = [name === 'unknown' ? undefined : name, joined(givenName, familyName), emails[0]].find(Boolean);
  return { name: shown ?? 'customer', givenName, familyName, emails };
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}
