import type { Issue, Path } from '../../../source/finding';
import type { FindingCode } from '../../../source/finding-codes';
import type { Organization } from '../../../source/organization';
import type { Access, IdentityCenterSettings, PermissionSet } from '../../estate';
import {
  INSTANCE_KEY,
  MAX_PARAMETERS_OF_STACK,
  MAX_RESOURCES_OF_STACK,
  SETS_OF_ACCOUNT,
  SETS_OF_INSTANCE,
} from '../../limits';
import { error, type Issues, placed } from '../../shared/issue';
import type { AccessStack } from '../plan/access-plan';
import type { Expansion } from '../plan/expand';
import { copyName, copyNames, mixedSets } from '../plan/management-copies';

/** Need of a replicated instance: IAM Identity Center User Guide, 'Using IAM Identity Center across multiple AWS Regions'. */
const MULTI_REGION_KEY =
  'a multi-Region key (arn:aws:kms:<region>:<account>:key/mrk-…), which a replicated instance needs';

/** Checks that IAM Identity Center has a key for each of its additional Regions. */
export function* checkInstance({ at, additionalRegions, kmsKey }: IdentityCenterSettings): Issues {
  if (additionalRegions.length === 0) return;
  if (kmsKey === undefined) {
    const words = { problem: 'lists Regions, and no kmsKey is named', allowed: MULTI_REGION_KEY };
    yield error('instance-key', [...at, 'additionalRegions'], words);
  } else if (INSTANCE_KEY.exec(kmsKey)?.groups?.['id']?.startsWith('mrk-') === false)
    yield wrongKey(at, kmsKey, ['is a key of one Region', MULTI_REGION_KEY]);
}

/** Checks the same by where the organization has its instance. */
export function* checkInstanceHome(settings: IdentityCenterSettings, organization: Organization): Issues {
  const { at, additionalRegions, kmsKey } = settings;
  if (kmsKey !== undefined) yield* checkKeyHome(at, kmsKey, organization);
  for (const { at: place, text: value } of placed(additionalRegions, [...at, 'additionalRegions']))
    if (value === organization.region)
      yield error('instance-region', place, {
        value,
        problem: 'is the primary Region of IAM Identity Center',
        allowed: 'the Regions to which it is replicated',
      });
}

/** The key is in the management account (User Guide, 'Advanced KMS key policy statements') and the Region of the instance. */
function* checkKeyHome(at: Path, key: string, { region: home, managementAccountId: owner }: Organization): Issues {
  const { region = home, account = owner } = INSTANCE_KEY.exec(key)?.groups ?? {};
  if (region !== home)
    yield wrongKey(at, key, [`is in ${region}, IAM Identity Center in ${home}`, `the key or its replica in ${home}`]);
  if (account !== owner)
    yield wrongKey(at, key, [`is a key of account ${account}`, `a key of the management account ${owner}`]);
}

function wrongKey(at: Path, value: string, [problem, allowed]: readonly [string, string]): Issue {
  return error('instance-key', [...at, 'kmsKey'], { value, problem, allowed });
}

/**
 * Checks the limits of a delegated administrator: there must be one, and a permission set that is granted in the management
 * account and in others has a copy for the management account (`withManagementCopies`), whose name must be free.
 */
export function* checkDeployment(access: Access, expansion: Expansion, organization: Organization): Issues {
  if (access.deployFrom === 'management') return;
  if (organization.delegatedAdministrator === undefined)
    yield error('no-delegated-administrator', ['access', 'deployFrom'], {
      value: 'delegated-admin',
      problem: 'needs a delegated administrator, and the organization has none for IAM Identity Center',
      allowed: 'register one for sso.amazonaws.com and run npx --no entra-aws snapshot, or deployFrom: management',
    });
  const mixed = mixedSets(expansion.assignments, organization);
  for (const set of access.permissionSets) {
    const { at, name: value } = set;
    const first = mixed.get(value)?.find(({ account }) => account.id === organization.managementAccountId);
    const others = access.permissionSets.filter((one) => one !== set);
    const [name] = copyNames(set).filter((one) => others.some((other) => hasOrHad(other, one)));
    const taken = others.find((other) => hasOrHad(other, name));
    if (first !== undefined)
      yield error('mixed-permission-set', [...at, 'name'], {
        value,
        problem: `is granted in the management account and in others, and its copy for the management account has, or had, the name of another set, '${name ?? copyName(value)}'`,
        allowed: 'another name for one of the two, or grants of each in the management account or in others alone',
        related: [
          ...(taken === undefined ? [] : [[...taken.at, 'name']]),
          ...first.causes.map(({ grant }) => grant.at),
        ],
      });
  }
}

function hasOrHad(set: PermissionSet, name: string | undefined): boolean {
  return name !== undefined && [set.name, ...set.previousNames].includes(name);
}

/** Quotas of the instance, of each account, and of the stacks. */
export function* checkQuotas({ permissionSets }: Access, expansion: Expansion, stacks: readonly AccessStack[]): Issues {
  const { length: count } = permissionSets;
  if (count > SETS_OF_INSTANCE)
    yield quotaIssue('instance-quota', `${count} permission sets`, `at most ${SETS_OF_INSTANCE} in an instance`);
  for (const [{ id, name }, all] of Map.groupBy(expansion.assignments, ({ account }) => account)) {
    const { size } = new Set(all.map(({ permissionSet }) => permissionSet));
    const allowed = `at most ${SETS_OF_ACCOUNT} provisioned in an account`;
    if (size > SETS_OF_ACCOUNT)
      yield quotaIssue('account-quota', `${size} permission sets in account ${name} (${id})`, allowed);
  }
  for (const stack of stacks) yield* checkCapacity(stack);
}

/**
 * Permission sets and shards are resources of the same parent stack. A new placement always fits into its shards; a lock file that
 * was edited or merged may put too much into one.
 */
function* checkCapacity({ role, applications, attributes, permissionSets, shards }: AccessStack): Issues {
  const others = applications.length + (attributes.length > 0 ? 1 : 0);
  const resources = permissionSets.length + shards.length + others;
  const assigned = applications.length === 0 ? '' : `, ${applications.length} assignments of applications`;
  const whole = `${permissionSets.length} permission sets${assigned} and ${shards.length} shards are ${resources} resources in the ${role} stack`;
  if (resources > MAX_RESOURCES_OF_STACK)
    yield quotaIssue('stack-capacity', whole, `at most ${MAX_RESOURCES_OF_STACK}; divide the estate`);
  for (const { number, assignments } of shards) {
    const { size: sets } = new Set(assignments.map(({ assignment }) => assignment.permissionSet));
    if (assignments.length <= MAX_RESOURCES_OF_STACK && sets <= MAX_PARAMETERS_OF_STACK) continue;
    const problem = `${assignments.length} assignments of ${sets} permission sets in shard ${number}`;
    const allowed = `at most ${MAX_RESOURCES_OF_STACK} of ${MAX_PARAMETERS_OF_STACK}; npx --no entra-aws preview places again what the main branch does not have`;
    yield error('shard-capacity', ['stacks', role], { file: 'placement', problem, allowed });
  }
}

function quotaIssue(code: FindingCode, problem: string, allowed: string): Issue {
  return error(code, ['access', 'permissionSets'], { problem, allowed });
}
