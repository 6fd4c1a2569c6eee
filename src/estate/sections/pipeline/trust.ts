import { previewEnvironment } from './limits';
import { DEFAULT_FORGE, type Forge, FORGE_FACTS } from './forges/registry';
import { FORGE_RULES } from './forges/rules';
import type { PipelineRole } from './pipeline';
import type { PipelineTrust, RoleTrust, RoleTrusts, TrustingEstate } from './role-trust';
import { createHash } from 'node:crypto';

/**
 * Tokens that AWS and Entra ID trust: the `azure` section says the repository, or, where there is none, the `pipeline` section.
 * Undefined where nothing says it, or not in the form that the forge has.
 */
export function pipelineTrust(estate: TrustingEstate): PipelineTrust | undefined {
  const { azure, pipeline } = estate;
  const { repository, environments } = azure ?? pipeline ?? {};
  if (repository === undefined || environments === undefined) return undefined;
  const { forge, server } = { forge: DEFAULT_FORGE, ...pipeline };
  if (!FORGE_FACTS[forge].repository.pattern.test(repository)) return undefined;
  const facts = { repository, environments, previewEnvironment: previewEnvironment(estate) };
  return { forge, ...FORGE_RULES[forge].trust({ ...facts, server, pipeline, estate }) };
}

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
