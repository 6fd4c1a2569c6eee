import { previewEnvironment } from '../azure/azure';
import { azureDevOpsTrust } from './azure-devops-trust';
import type { Estate } from '../estate';
import type { Forge } from './forge';
import { gitHubTrust } from './github-trust';
import { gitLabTrust } from './gitlab-trust';
import { DEFAULT_BRANCH, REPOSITORIES } from './limits';
import { deployedBranch } from './pipeline';
import type { PipelineTrust, TrustFacts, TrustingEstate } from './role-trust';

const TRUSTS = {
  github: gitHubTrust,
  gitlab: gitLabTrust,
  'azure-devops': azureDevOpsTrust,
} as const satisfies Readonly<Record<Forge, (facts: TrustFacts) => Omit<PipelineTrust, 'forge'>>>;

/**
 * Tokens that AWS and Entra ID trust: the `azure` section says the repository, or, where there is none, the `pipeline` section.
 * Undefined where nothing says it, or not in the form that the forge has.
 */
export function pipelineTrust(estate: TrustingEstate): PipelineTrust | undefined {
  const { azure, pipeline } = estate;
  const { repository, environments } = azure ?? pipeline ?? {};
  if (repository === undefined || environments === undefined) return undefined;
  const { forge, server } = { forge: 'github' as const, ...pipeline };
  if (!REPOSITORIES[forge].pattern.test(repository)) return undefined;
  const facts = { repository, environments, previewEnvironment: azure && previewEnvironment(azure) };
  return { forge, ...TRUSTS[forge]({ ...facts, server, pipeline, estate }) };
}

/**
 * Tells whether the estate says nothing of its forge and its branch: Bicep then knows the subjects by itself, as it did before an estate
 * could say more.
 */
export function isPlainGitHub({ pipeline }: Pick<Estate, 'pipeline'>): boolean {
  const { forge = 'github', server, workflows } = pipeline ?? {};
  const isDefault = forge === 'github' && server === undefined && workflows === undefined;
  return isDefault && deployedBranch({ pipeline }) === DEFAULT_BRANCH;
}
