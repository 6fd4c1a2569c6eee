import { z } from 'zod';
import type { TokenFacts } from '../facts/token-facts';

/** https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
const Claims = z.object({
  appid: z.string(),
  scp: z.string().optional(),
  roles: z.array(z.string()).default([]),
});

/**
 * Claims of a token. Its signature is not looked at: who sent for it knows where it is from, and nothing is decided by it.
 *
 * @throws Error where it is not a token of Entra ID that can be read
 */
export function claimsOf(token: string): TokenFacts {
  const [, payload = ''] = token.split('.');
  const parsed = Claims.safeParse(parsedJson(Buffer.from(payload, 'base64url').toString()));
  if (!parsed.success) throw new Error('the token of Graph has no claims that can be read');
  const { appid, scp, roles } = parsed.data;
  if (scp === undefined) return { kind: 'application', clientId: appid, permissions: roles };
  return { kind: 'delegated', clientId: appid, permissions: scp.split(' ').filter((scope) => scope !== '') };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
