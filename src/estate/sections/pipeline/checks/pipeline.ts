import { quotedList } from '../../../../text/suggest';
import type { Issue, Path } from '../../../source/finding';
import type { Estate, ParsedEstate } from '../../estate';
import { error, placed, warning } from '../../shared/issue';
import { previewEnvironment } from '../environments';
import type { ForgeKey } from '../forges/facts';
import { FORGE_FACTS, FORGES, forgeWithKey } from '../forges/registry';
import { FORGE_RULES } from '../forges/rules';
import { makesEntraObjects, missingKeys } from '../missing-keys';
import type { Pipeline } from '../pipeline';
import { checkRepository } from './repository';

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

/** Checks the keys that a forge needs, and those that have no meaning there. `isOnAws` is undefined where some accounts are unknown. */
function checkForge(pipeline: Pipeline, estate: Estate, isOnAws: boolean | undefined): readonly Issue[] {
  return [
    ...checkServer(pipeline),
    ...checkKeysOfOthers(pipeline),
    ...checkApproval(pipeline, estate),
    ...checkIdentities(pipeline),
    ...FORGE_RULES[pipeline.forge].check(pipeline, estate, isOnAws),
  ];
}

/** A public server needs no address. */
function checkServer({ at, forge, server }: Pipeline): readonly Issue[] {
  if (server === undefined) return [];
  const { name, ownServers } = FORGE_FACTS[forge];
  const wrong = (problem: string, allowed: string): readonly Issue[] => [
    error('pipeline-server', [...at, 'server'], { value: server, problem, allowed }),
  ];
  if (ownServers === undefined)
    return wrong(
      `names a server of ${name}, which gives pipelines no identity that clouds could trust`,
      `${name} Services, without this key`,
    );
  const isPublic = FORGES.some((one) => FORGE_FACTS[one].publicServers.includes(server));
  return isPublic ? wrong('is a public server, not one of your own', 'remove the key: the forge says it') : [];
}

/** Keys that have no meaning at the forge of the estate. */
function checkKeysOfOthers({ at, forge, accountEvents, ...pipeline }: Pipeline): readonly Issue[] {
  const set: readonly (readonly [ForgeKey, Path, boolean])[] = [
    ['workflows', at, pipeline.workflows !== undefined],
    ['organizationId', at, pipeline.organizationId !== undefined],
    ['serviceConnections', at, Object.keys(pipeline.serviceConnections).length > 0],
    ['pipelineId', accountEvents?.at ?? at, accountEvents?.pipelineId !== undefined],
  ];
  return set.flatMap(([key, place, isSet]) => {
    const owner = forgeWithKey(key);
    if (!isSet || owner === undefined || owner === forge) return [];
    const problem = `has no meaning at ${FORGE_FACTS[forge].name}`;
    const allowed = `remove it, or 'forge: ${owner}'`;
    return [error('forge-key', [...place, key], { aboutKey: true, problem, allowed, related: [[...at, 'forge']] })];
  });
}

/** No token says who approves: an estate whose forge takes no approval says so. Some tell of a preview's too. */
function checkApproval({ at, forge, branch, protectedEnvironments }: Pipeline, { azure }: Estate): readonly Issue[] {
  if (protectedEnvironments) return [];
  const place = [...at, 'protectedEnvironments'];
  const { approvals: allowed, tellsProtection } = FORGE_FACTS[forge];
  const asks = tellsProtection && azure !== undefined && previewEnvironment(azure) !== undefined;
  const deploys = `lets whoever may push to ${tellsProtection ? 'a protected branch' : branch} deploy, without an approval`;
  const decrypts = "lets whoever can push a branch decrypt the secrets of Pulumi's state";
  return [
    warning('deploy-without-approval', place, { value: false, problem: deploys, allowed }),
    ...(asks ? [warning('preview-without-review', place, { value: false, problem: decrypts, allowed })] : []),
  ];
}

/** An identity that previews and deploys lets a preview deploy. */
function checkIdentities({ at, identities }: Pipeline): readonly Issue[] {
  return (['workforce', 'customers'] as const).flatMap((directory) => {
    const pair = identities[directory];
    if (pair === undefined || pair.preview !== pair.deploy) return [];
    const place = [...at, 'identities', directory];
    const problem = 'is also what a preview signs in as: a pull request would deploy';
    const allowed = 'the output deployClientId; the other one is previewClientId';
    const related = [[...place, 'preview']];
    return [error('same-identity', [...place, 'deploy'], { value: pair.deploy, problem, allowed, related })];
  });
}
