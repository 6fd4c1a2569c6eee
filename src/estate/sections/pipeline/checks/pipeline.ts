import type { Estate, ParsedEstate } from '../../estate';
import type { Issue } from '../../../source/finding';
import type { Pipeline } from '../pipeline';
import { makesEntraObjects, missingKeys } from '../missing-keys';
import { quotedList } from '../../../../text/suggest';
import { FORGE_FACTS } from '../forges/registry';
import { checkForge } from './forge';
import { checkRepository } from './repository';
import { error, placed, warning } from '../../shared/issue';

/** The pipeline and its roles in AWS. `accounts` are deployed to; undefined where some are unknown. */
export function checkPipeline(
  { estate, isSetAside }: ParsedEstate,
  accounts: readonly string[] | undefined,
): readonly Issue[] {
  const { pipeline } = estate;
  if (pipeline === undefined) return [];
  return [
    ...(isSetAside(['azure']) || isSetAside(['pipeline', 'forge']) ? [] : checkTrust(pipeline, estate)),
    ...([['azure'], ['pipeline'], ['workforce', 'tenantId']].some(isSetAside)
      ? []
      : checkForge(pipeline, estate, accounts && accounts.length > 0)),
    ...(accounts === undefined ? [] : checkAccounts(pipeline, estate, accounts)),
  ];
}

/** Repository and environments are said once: where Bicep reads them, if the estate has that section. */
function checkTrust(pipeline: Pipeline, { azure }: Estate): readonly Issue[] {
  const keys = ['repository', 'environments'] as const;
  const { at, forge, repository } = pipeline;
  if (azure !== undefined) {
    return keys
      .filter((key) => pipeline[key] !== undefined)
      .map((key) =>
        error('repository-twice', [...at, key], {
          aboutKey: true,
          problem: `is already set in azure.${key}`,
          allowed: 'remove it here: Bicep reads the azure section',
          related: [['azure', key]],
        }),
      );
  }
  return [
    ...keys
      .filter((key) => pipeline[key] === undefined)
      .map((key) => {
        const problem = `does not say which ${FORGE_FACTS[forge].name} ${key} may deploy`;
        return error('missing-repository', at, { problem, allowed: `the key '${key}', or a section 'azure' with it` });
      }),
    ...(repository === undefined ? [] : checkRepository(repository, [...at, 'repository'], forge)),
  ];
}

function checkAccounts(pipeline: Pipeline, estate: Estate, accounts: readonly string[]): readonly Issue[] {
  const at = [...pipeline.at, 'existingProviders'];
  const existing = placed(pipeline.existingProviders, at);
  return [
    ...checkDeploysSomething(pipeline, estate, accounts),
    ...existing
      .filter(({ text }) => !accounts.includes(text))
      .map(({ text, at: place }) => {
        const problem = 'is not an account that the estate deploys to';
        return error('pipeline-account', place, { value: text, problem, allowed: quotedList(accounts) });
      }),
  ];
}

/** A run of a pipeline that deploys nothing would be green for no reason; on the deployed branch it fails. */
function checkDeploysSomething({ at }: Pipeline, estate: Estate, accounts: readonly string[]): readonly Issue[] {
  const makes = makesEntraObjects(estate);
  const missing = missingKeys(estate).pulumi;
  if (accounts.length > 0 || (makes && missing.length === 0)) return [];
  const problem = makes
    ? 'deploys nothing: the estate has no stack in AWS, and lacks keys for its Pulumi programs'
    : 'deploys nothing: the estate declares no stack in AWS and no object in Entra ID';
  const allowed = makes ? missing.join(', ') : "a section 'access' or 'hosting', or what 'workforce' has";
  return [warning('pipeline-deploys-nothing', at, { problem, allowed })];
}
