import type { Estate } from '../../estate';
import type { Issue, Path } from '../../../source/finding';
import { error, warning } from '../../shared/issue';
import { previewEnvironment } from '../environments';
import type { ForgeKey } from '../forges/facts';
import { FORGE_FACTS, FORGES, forgeWithKey } from '../forges/registry';
import { FORGE_RULES } from '../forges/rules';
import type { Pipeline } from '../pipeline';

/** Checks the keys that a forge needs, and those that have no meaning there. `isOnAws` is undefined where some accounts are unknown. */
export function checkForge(pipeline: Pipeline, estate: Estate, isOnAws: boolean | undefined): readonly Issue[] {
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
