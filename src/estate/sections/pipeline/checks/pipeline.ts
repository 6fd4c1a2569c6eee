import { quotedList } from '../../../../text/suggest';
import type { Path } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import type { Estate, ParsedEstate } from '../../estate';
import { error, type Issues, placed, warning } from '../../shared/issue';
import { ORGANIZATION_EVENTS_REGION, previewEnvironment, TOKEN_SECRET } from '../limits';
import type { ForgeKey } from '../forges/facts';
import { type Forge, FORGE_FACTS, FORGES, forgeWithKey } from '../forges/registry';
import { FORGE_RULES } from '../forges/rules';
import { pipelineTrust } from '../trust';
import { awsStateOf, type PulumiState } from '../pulumi-state';
import { makesEntraObjects, missingKeys, type Pipeline } from '../pipeline';

/** The pipeline and its roles in AWS. `accounts` are deployed to; undefined where some are unknown. */
export function* checkPipeline({ estate, isSetAside }: ParsedEstate, accounts: readonly string[] | undefined): Issues {
  const { pipeline } = estate;
  if (pipeline === undefined) return;
  if (!isSetAside(['azure']) && !isSetAside(['pipeline', 'forge'])) yield* checkTrust(pipeline, estate);
  if (![['azure'], ['pipeline'], ['workforce', 'tenantId']].some(isSetAside)) {
    yield* checkForge(pipeline, estate);
    yield* checkPulumiState(estate);
    if (estate.azure === undefined) yield* checkTrusted(estate);
    yield* FORGE_RULES[pipeline.forge].check(pipeline, estate, accounts && accounts.length > 0);
  }
  if (accounts === undefined) return;
  yield* checkDeploysSomething(pipeline, estate, accounts);
  if (pipeline.evidence !== undefined && accounts.length === 0)
    yield error('evidence', pipeline.evidence.at, {
      aboutKey: true,
      problem: 'has no place: the estate has no stack in AWS beside which the bucket could be',
      allowed: 'remove it, and keep what the forge has of each run',
    });
  yield* checkProviders(pipeline, [...new Set([...accounts, ...accountOfState(estate)])]);
}

/** The account of Pulumi's state trusts the forge as well. */
function accountOfState(estate: Estate): readonly string[] {
  const state = awsStateOf(estate);
  return state === undefined ? [] : [state.account];
}

function* checkProviders({ at: place, existingProviders }: Pipeline, accounts: readonly string[]): Issues {
  for (const { text: value, at } of placed(existingProviders, [...place, 'existingProviders'])) {
    const problem = 'is not an account that the estate deploys to';
    if (!accounts.includes(value))
      yield error('pipeline-account', at, { value, problem, allowed: quotedList(accounts) });
  }
}

/** Repository and environments are said once: where Bicep reads them, if the estate has that section. */
function* checkTrust(pipeline: Pipeline, { azure }: Estate): Issues {
  const { at, forge, repository } = pipeline;
  for (const key of ['repository', 'environments'] as const) {
    if (azure !== undefined && pipeline[key] !== undefined)
      yield error('repository-twice', [...at, key], {
        aboutKey: true,
        problem: `is already set in azure.${key}`,
        allowed: 'remove it here: Bicep reads the azure section',
        related: [['azure', key]],
      });
    if (azure === undefined && pipeline[key] === undefined) {
      const problem = `does not say which ${FORGE_FACTS[forge].name} ${key} may deploy`;
      yield error('missing-repository', at, { problem, allowed: `the key '${key}', or a section 'azure' with it` });
    }
  }
  if (azure === undefined && repository !== undefined) yield* checkRepository(repository, [...at, 'repository'], forge);
}

/** Microsoft Entra, 'Important considerations and restrictions for federated identity credentials'. */
const MOST_TRUSTED = 20;

/** Each kind of run in each environment is a credential of its own. */
export function* checkTrusted(estate: Estate): Issues {
  const { workforce, customers } = pipelineTrust(estate) ?? {};
  const counts = [workforce, customers].flatMap((roles) => (roles === undefined ? [] : Object.values(roles)));
  const most = Math.max(0, ...counts.map(({ subjects }) => subjects.length));
  const { at, environments } = estate.azure ?? estate.pipeline ?? {};
  if (most <= MOST_TRUSTED || at === undefined) return;
  yield error('too-many-trusts', [...at, 'environments'], {
    value: environments?.length,
    problem: `let ${most} kinds of runs sign in as one identity of Entra ID`,
    allowed: `${MOST_TRUSTED}: fewer environments, or estates of their own`,
  });
}

/** The repository whose runs are trusted. */
export function* checkRepository(value: string, at: Path, forge: Forge): Issues {
  const { name, repository } = FORGE_FACTS[forge];
  const problem = `is not a valid ${name} repository`;
  if (!repository.pattern.test(value)) yield error('repository', at, { value, problem, allowed: repository.allowed });
}

/** A run of a pipeline that deploys nothing would be green for no reason; on the deployed branch it fails. */
function* checkDeploysSomething({ at }: Pipeline, estate: Estate, accounts: readonly string[]): Issues {
  const makes = makesEntraObjects(estate);
  const missing = missingKeys(estate).pulumi;
  if (accounts.length > 0 || (makes && missing.length === 0)) return;
  yield warning('pipeline-deploys-nothing', at, {
    problem: makes
      ? 'deploys nothing: the estate has no stack in AWS, and lacks keys for its Pulumi programs'
      : 'deploys nothing: the estate declares no stack in AWS and no object in Entra ID',
    allowed: makes ? missing.join(', ') : "a section 'access' or 'hosting', or what 'workforce' has",
  });
}

/** Checks the keys that a forge needs, and those that have no meaning there. */
function* checkForge(pipeline: Pipeline, estate: Estate): Issues {
  const { at, forge, server, identities } = pipeline;
  if (server !== undefined) yield* checkServer(server, [...at, 'server'], forge);
  yield* checkKeysOfOthers(pipeline);
  yield* checkApproval(pipeline, estate);
  // An identity that previews and deploys lets a preview deploy.
  for (const directory of ['workforce', 'customers'] as const) {
    const { preview, deploy } = identities[directory] ?? {};
    const place = [...at, 'identities', directory];
    if (preview !== undefined && preview === deploy)
      yield error('same-identity', [...place, 'deploy'], {
        value: deploy,
        problem: 'is also what a preview signs in as: a pull request would deploy',
        allowed: 'the output deployClientId; the other one is previewClientId',
        related: [[...place, 'preview']],
      });
  }
}

/** A public server needs no address. */
function* checkServer(value: string, at: Path, forge: Forge): Issues {
  const { name, ownServers } = FORGE_FACTS[forge];
  const noIdentity = `names a server of ${name}, which gives pipelines no identity that clouds could trust`;
  if (ownServers === undefined)
    yield error('pipeline-server', at, { value, problem: noIdentity, allowed: `${name} Services, without this key` });
  else if (FORGES.some((one) => FORGE_FACTS[one].publicServers.includes(value)))
    yield error('pipeline-server', at, {
      value,
      problem: 'is a public server, not one of your own',
      allowed: 'remove the key: the forge says it',
    });
}

/** Keys that have no meaning at the forge of the estate. */
function* checkKeysOfOthers({ at, forge, accountEvents, ...pipeline }: Pipeline): Issues {
  const set: readonly (readonly [ForgeKey, Path, boolean])[] = [
    ['workflows', at, pipeline.workflows !== undefined],
    ['organizationId', at, pipeline.organizationId !== undefined],
    ['serviceConnections', at, Object.keys(pipeline.serviceConnections).length > 0],
    ['pipelineId', accountEvents?.at ?? at, accountEvents?.pipelineId !== undefined],
  ];
  for (const [key, place, isSet] of set) {
    const owner = forgeWithKey(key);
    const problem = `has no meaning at ${FORGE_FACTS[forge].name}`;
    const allowed = `remove it, or 'forge: ${owner}'`;
    if (isSet && owner !== undefined && owner !== forge)
      yield error('forge-key', [...place, key], { aboutKey: true, problem, allowed, related: [[...at, 'forge']] });
  }
}

/** No token says who approves: an estate whose forge takes no approval says so. Some tell of a preview's too. */
function* checkApproval({ at, forge, branch, protectedEnvironments }: Pipeline, estate: Estate): Issues {
  if (protectedEnvironments) return;
  const { approvals: allowed, tellsProtection } = FORGE_FACTS[forge];
  const about = { value: false, allowed };
  const who = tellsProtection ? 'a protected branch' : branch;
  yield warning('deploy-without-approval', [...at, 'protectedEnvironments'], {
    problem: `lets whoever may push to ${who} deploy, without an approval`,
    ...about,
  });
  if (tellsProtection && previewEnvironment(estate) !== undefined)
    yield warning('preview-without-review', [...at, 'protectedEnvironments'], {
      problem: "lets whoever can push a branch decrypt the secrets of Pulumi's state",
      ...about,
    });
}

/** Checks what starts the forge's job when the organization changes. */
export function* checkAccountEvents({ pipeline, access }: Estate, organization: Organization | undefined): Issues {
  if (pipeline?.accountEvents === undefined) return;
  const { at, tokenSecret: value } = pipeline.accountEvents;
  const { partition = 'aws', managementAccountId } = organization ?? {};
  if (access === undefined)
    yield error('account-events', at, {
      problem: 'starts a job that proposes accounts, and the estate gives access to none',
      allowed: "a section 'access', or no accountEvents",
    });
  if (partition !== 'aws')
    yield error('account-events', at, {
      problem: `is for the partition aws, and the organization is in ${partition}`,
      allowed: 'the proposals of every six hours, without accountEvents',
    });
  yield* checkTokenSecret(value, [...at, 'tokenSecret'], managementAccountId);
}

function* checkTokenSecret(value: string, at: Path, owner: string | undefined): Issues {
  const { region, account } = TOKEN_SECRET.exec(value)?.groups ?? {};
  if (region !== undefined && region !== ORGANIZATION_EVENTS_REGION) {
    const allowed = `a secret in ${ORGANIZATION_EVENTS_REGION}, where the events of the organization are`;
    yield error('account-events', at, { value, problem: `is in ${region}`, allowed });
  }
  if (account !== undefined && owner !== undefined && account !== owner) {
    const allowed = `a secret of the management account ${owner}`;
    yield error('account-events', at, { value, problem: `is of account ${account}`, allowed });
  }
}

/** Checks the place of the state: said once, and bucket and key where one stack can make both. */
export function* checkPulumiState(estate: Estate): Issues {
  const { azure, pipeline } = estate;
  if (pipeline === undefined) return;
  const { pulumi, identities } = pipeline;
  if (pulumi === undefined) {
    if (azure !== undefined || Object.keys(identities).length === 0) return;
    yield warning('pulumi-backend', [...pipeline.at, 'identities'], {
      aboutKey: true,
      problem: "are of no use: nothing says where Pulumi's state is, so its programs are not deployed",
      allowed: "the key 'pipeline.pulumi', or a section 'azure', which lays the state",
    });
    return;
  }
  const { at } = pulumi;
  if (azure === undefined) yield* checkPreviewTrust(estate, at);
  else
    yield error('pulumi-backend', at, {
      aboutKey: true,
      problem: 'is a second backend: the section azure lays one',
      allowed: "one of 'pipeline.pulumi' and a section 'azure'",
      related: [['azure', 'pulumiState']],
    });
  yield* checkKey(pulumi);
  yield* checkOrganization(pulumi, pipeline.forge);
}

/** One identity reads both. */
function* checkKey({ at, backend, secretsProvider }: PulumiState): Issues {
  const isBeside =
    backend.kind === 's3'
      ? secretsProvider.kind === 'kms' && secretsProvider.region === backend.region
      : secretsProvider.kind === backend.kind;
  if (isBeside) return;
  const keys = { azure: 'a key of Azure Key Vault', cloud: "'default', the key of Pulumi Cloud" };
  yield error('pulumi-backend', [...at, 'secretsProvider'], {
    value: secretsProvider.url,
    problem: 'is not beside the state, so one identity could not read both',
    allowed: backend.kind === 's3' ? `a key of AWS KMS in ${backend.region}` : keys[backend.kind],
    related: [[...at, 'backend']],
  });
}

/** Pulumi Cloud takes a token that names the organization; one of a service connection is for Entra ID alone. */
function* checkOrganization({ at, backend, organization }: PulumiState, forge: Forge): Issues {
  const isCloud = backend.kind === 'cloud';
  if (isCloud && organization === undefined)
    yield error('pulumi-backend', at, {
      problem: 'does not say which organization of Pulumi Cloud has the stacks',
      allowed: "the key 'organization'",
    });
  if (!isCloud && organization !== undefined)
    yield error('pulumi-backend', [...at, 'organization'], {
      aboutKey: true,
      problem: 'has no meaning: the state is not in Pulumi Cloud',
      allowed: 'remove it',
      related: [[...at, 'backend']],
    });
  if (isCloud && FORGE_FACTS[forge].connects)
    yield error('pulumi-backend', [...at, 'backend'], {
      value: backend.url,
      problem: `is not one that jobs of ${FORGE_FACTS[forge].name} can sign in to`,
      allowed: 'a bucket of S3 or a container of Azure Storage',
    });
}

/** Pull requests must not run in an environment whose jobs deploy. `at` has `previewTrust`. */
export function* checkPreviewTrust(estate: Estate, at: Path): Issues {
  const preview = previewEnvironment(estate);
  const declaring = estate.azure ?? estate.pipeline;
  const index = declaring?.environments?.findIndex((name) => name.toLowerCase() === preview?.toLowerCase()) ?? -1;
  if (declaring === undefined || index < 0) return;
  yield error('preview-deploys', [...at, 'previewTrust'], {
    value: `environment:${preview}`,
    problem: 'lets pull requests into an environment whose jobs deploy',
    allowed: 'an environment of its own, for previews alone',
    related: [[...declaring.at, 'environments', index]],
  });
}
