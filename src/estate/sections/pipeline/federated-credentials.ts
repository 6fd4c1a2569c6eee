import { createHash } from 'node:crypto';
import type { Forge } from './forges/registry';
import { FORGE_RULES } from './forges/rules';
import type { PipelineRole } from './pipeline';
import type { RoleTrust, RoleTrusts } from './role-trust';

/** A federated credential of an identity of Entra ID, as Bicep lays it. */
export interface FederatedCredential {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
}

/** Microsoft Entra, 'federatedIdentityCredential': name. */
const NAME_LENGTH = 120;

/** Credentials of both identities of a directory. */
export function federatedCredentials(
  forge: Forge,
  { preview, deploy }: RoleTrusts,
): Readonly<Record<PipelineRole, readonly FederatedCredential[]>> {
  return { preview: credentialsOf(forge, preview, 'preview'), deploy: credentialsOf(forge, deploy, 'deploy') };
}

function credentialsOf(forge: Forge, { issuer, subjects }: RoleTrust, role: PipelineRole): FederatedCredential[] {
  return subjects.map((subject) => ({
    name: short(FORGE_RULES[forge].credentialName(subject, role)),
    issuer,
    subject,
  }));
}

function short(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_-]/g, '-');
  if (plain.length <= NAME_LENGTH) return plain;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${plain.slice(0, NAME_LENGTH - hash.length - 1)}-${hash}`;
}
