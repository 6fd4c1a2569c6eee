import { DEFAULT_BRANCH, previewEnvironment } from './limits';
import type { Estate } from '../estate';
import { DEFAULT_FORGE, type Forge, FORGE_FACTS } from './forges/registry';
import { FORGE_RULES } from './forges/rules';
import { deployedBranch, type PipelineRole } from './pipeline';
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
  const facts = { repository, environments, previewEnvironment: azure && previewEnvironment(azure) };
  return { forge, ...FORGE_RULES[forge].trust({ ...facts, server, pipeline, estate }) };
}

/**
 * Tells whether the estate says nothing of its forge and its branch: Bicep then knows the subjects by itself, as it did before an estate
 * could say more.
 */
export function isTrustOfBicep({ pipeline }: Pick<Estate, 'pipeline'>): boolean {
  const { forge = DEFAULT_FORGE, server, workflows } = pipeline ?? {};
  const isDefault = forge === DEFAULT_FORGE && server === undefined && workflows === undefined;
  return isDefault && deployedBranch({ pipeline }) === DEFAULT_BRANCH;
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
