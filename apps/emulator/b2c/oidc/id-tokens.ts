import { createPrivateKey, sign } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { SigningKey } from '../keys';

/** Gives id tokens the header `typ: JWT`, as the services do; the library leaves it out and has no option for it. */
export function typeIdTokens({ IdToken }: Provider, keys: readonly SigningKey[]): void {
  const prototype = IdToken.prototype as unknown as Issuing;
  const { issue } = prototype;
  prototype.issue = async function (...given) {
    return withType(await issue.apply(this, given), keys);
  };
}

interface Issuing {
  issue: (...given: unknown[]) => Promise<string>;
}

function withType(token: string, keys: readonly SigningKey[]): string {
  const [header = '', payload = ''] = token.split('.');
  const fields = JSON.parse(Buffer.from(header, 'base64url').toString()) as Readonly<Record<string, unknown>>;
  const key = keys.find(({ kid }) => kid === fields['kid']);
  if (key === undefined) throw new Error(`the id token is signed with an unknown key '${String(fields['kid'])}'`);
  const typed = Buffer.from(JSON.stringify({ typ: 'JWT', ...fields })).toString('base64url');
  const privateKey = createPrivateKey({ key: key, format: 'jwk' });
  const signature = sign('sha256', Buffer.from(`${typed}.${payload}`), privateKey).toString('base64url');
  return `${typed}.${payload}.${signature}`;
}
