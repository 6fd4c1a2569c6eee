import { previewEnvironment } from './environments';
import type { Estate } from '../estate';
import { DEFAULT_FORGE, FORGE_FACTS } from './forges/registry';
import { FORGE_RULES } from './forges/rules';
import { DEFAULT_BRANCH } from './limits';
import { deployedBranch } from './pipeline';
import type { PipelineTrust, TrustingEstate } from './role-trust';

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
