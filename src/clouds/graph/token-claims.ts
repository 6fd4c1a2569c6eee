import { z } from 'zod';
import type { TokenFacts } from '../facts/token-facts';

/** https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
const Claims = z.object({
  appid: z.string(),
  oid: z.string().optional(),
  scp: z.string().optional(),
  roles: z.array(z.string()).default([]),
});

/**
 * Claims of a token. Its signature is not looked at: who sent for it knows where it is from, and nothing is decided by it.
 *
 * @throws Error where it is not a token of Entra ID that can be read
 */
export function claimsOf(token: string): TokenFacts {
  const { appid, scp, roles } = parse(token);
  if (scp === undefined) return { kind: 'application', clientId: appid, permissions: roles };
  return { kind: 'delegated', clientId: appid, permissions: scp.split(' ').filter((scope) => scope !== '') };
}

/** Object id of the person or the service principal that a token was issued to. @throws Error where the token can't be read */
export function objectIdOf(token: string): string | undefined {
  return parse(token).oid;
}

function parse(token: string): z.output<typeof Claims> {
  const [, payload = ''] = token.split('.');
  const parsed = Claims.safeParse(parsedJson(Buffer.from(payload, 'base64url').toString()));
  if (!parsed.success) throw new Error('the token of Graph has no claims that can be read');
  return parsed.data;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
