import { quotedList, suggestionOrList } from '../../../../text/suggest';
import type { Issue, Path } from '../../../source/finding';
import { isGlob } from '../../../source/glob';
import type { Account, Organization } from '../../../source/organization';
import type {
  Access,
  AccessPolicy,
  CustomerManagedPolicy,
  Estate,
  InlinePolicy,
  JsonObject,
  OwnPolicy,
  PermissionSet,
} from '../../estate';
import { duplicates, error, valuesOf, warning } from '../../shared/issue';
import { isReferredTo } from '../attached-policies';
import { ACTIONS_AS_OF, hasAction, isService, suggestAction, suggestService } from '../aws-actions';
import type { Expansion } from '../plan/expand';
import { accountsOf } from '../plan/rollouts';
import type { AccountFinder } from '../plan/select';
import { asList } from '../policy-document';
import { isObject } from '../json';
import { MANAGED_KEYS, type PolicyKeys } from '../policy-files';
import { pathAndName } from '../sets/set-comparisons';
import { checkPolicyDocument } from './inline-policy';

/** Policies of the section by themselves: documents, and two of one name. */
export function checkAccessPolicies({ policies = [] }: Access, partition: string): readonly Issue[] {
  const own = policies.filter((policy) => policy.kind === 'own');
  return [
    ...own.flatMap((policy) => checkOwnPolicy(policy, partition)),
    ...duplicates('duplicate-policy-name', valuesOf(own, 'name'), {
      problem: 'is the name of two policies',
      allowed: 'each name once: an account has a name once, whatever the path',
    }),
  ];
}

function checkOwnPolicy(policy: OwnPolicy, partition: string): readonly Issue[] {
  const { at, document } = policy;
  return [...checkPolicyDocument(policy), ...checkDocument({ at, policy: document, keys: MANAGED_KEYS }, partition)];
}

/** Names of a document that AWS takes and that match nothing. */
export function checkDocument(placed: PlacedPolicy, partition: string): readonly Issue[] {
  return [...checkPolicyActions(placed), ...checkPolicyPartition(placed, partition)];
}

interface Context {
  readonly organization: Organization;
  readonly finder: AccountFinder;
  readonly expansion: Expansion;
}

/**
 * References of permission sets to customer-managed policies: each must be a policy of the section, in every account that
 * the set is assigned in. An estate without the list says nothing of its policies, and is warned.
 */
export function checkPolicyReferences(estate: Estate, access: Access, context: Context): readonly Issue[] {
  const { policies = [] } = access;
  const bySet = Map.groupBy(context.expansion.assignments, ({ permissionSet }) => permissionSet);
  const has = policies.map((policy) => ({ policy, accounts: new Set(accountsOf(policy, context)) }));
  return [
    ...sharedNames(has),
    ...access.permissionSets.flatMap((set) => {
      const accounts = new Set((bySet.get(set.name) ?? []).map(({ account }) => account));
      return placedReferences(set).flatMap((reference) => {
        const named = has.filter(({ policy }) => isReferredTo(policy, reference.policy));
        if (access.policies === undefined) return accounts.size === 0 ? [] : [unlistedPolicy(reference)];
        if (named.length === 0) return unknownPolicy(reference, estate, access.policies);
        return missingSomewhere(reference, named, accounts);
      });
    }),
  ];
}

interface PlacedReference {
  readonly at: Path;
  readonly policy: CustomerManagedPolicy;
}

interface PolicyPlaces {
  readonly policy: AccessPolicy;
  readonly accounts: ReadonlySet<Account>;
}

function placedReferences({
  at,
  customerManagedPolicies,
  permissionsBoundary,
}: PermissionSet): readonly PlacedReference[] {
  const attached = customerManagedPolicies.map((policy, index) => ({
    at: [...at, 'customerManagedPolicies', index],
    policy,
  }));
  if (permissionsBoundary?.kind !== 'customer-managed') return attached;
  const boundary = { at: [...at, 'permissionsBoundary', 'customerManagedPolicy'], policy: permissionsBoundary.policy };
  return [...attached, boundary];
}

/** Warning of an estate without the list: nothing says whether its policies are there. */
function unlistedPolicy({ at, policy }: PlacedReference): Issue {
  return warning('unknown-policy', at, {
    value: pathAndName(policy),
    problem: 'must be in every account of the set already: the estate does not roll it out',
    allowed: 'access.policies with its document, or with managedElsewhere and who keeps it',
  });
}

function unknownPolicy(
  { at, policy }: PlacedReference,
  { setAside }: Estate,
  policies: readonly AccessPolicy[],
): readonly Issue[] {
  if (setAside.policies.has(policy.name)) return [];
  const value = pathAndName(policy);
  const known = suggestionOrList(value, policies.map(pathAndName), 'policies');
  const allowed = `${known}; one that somebody else keeps needs managedElsewhere`;
  return [error('unknown-policy', at, { value, problem: 'is not a policy of access.policies', allowed })];
}

function missingSomewhere(
  { at, policy }: PlacedReference,
  named: readonly PolicyPlaces[],
  assigned: ReadonlySet<Account>,
): readonly Issue[] {
  const missing = [...assigned].filter((account) => !named.some(({ accounts }) => accounts.has(account)));
  if (missing.length === 0) return [];
  return [
    error('policy-not-in-account', at, {
      value: pathAndName(policy),
      problem: `does not come to ${accountsText(missing)}, where the set is assigned`,
      allowed:
        'accounts of the policy that cover those of the set; the management account is reached only by naming it',
      related: named.map(({ policy: { at: place } }) => place),
    }),
  ];
}

/** IAM takes a name once in an account, also under another path, and also if somebody else has it. */
function sharedNames(has: readonly PolicyPlaces[]): readonly Issue[] {
  return has.flatMap(({ policy, accounts }, index): readonly Issue[] => {
    const other = has.slice(0, index).find((one) => one.policy.name === policy.name && one.policy.kind !== policy.kind);
    const shared = [...accounts].filter((account) => other?.accounts.has(account));
    if (other === undefined || shared.length === 0) return [];
    return [
      error('duplicate-policy-name', [...policy.at, 'name'], {
        value: policy.name,
        problem: `is the name of two policies in ${accountsText(shared)}`,
        allowed: 'an account has a name once, whatever the path',
        related: [other.policy.at],
      }),
    ];
  });
}

function accountsText(accounts: readonly Account[]): string {
  return quotedList(accounts.map(({ name }) => name));
}

/** Errors on ARNs of another partition, which match nothing: what is allowed stays denied, and what is denied allowed. */
function checkPolicyPartition(placed: PlacedPolicy, partition: string): readonly Issue[] {
  return arnsOf(placed.policy.document, [])
    .filter(({ named }) => named !== partition)
    .map(({ text, named, path }) =>
      error('policy-partition', placeIn(placed, path), {
        value: text,
        problem: `is of the partition ${named}, and the organization is in ${partition}: it matches nothing`,
        allowed: `arn:${partition}:…`,
      }),
    );
}

interface Arn {
  readonly text: string;
  readonly named: string;
  readonly path: Path;
}

/** ARNs of a document that name a partition, each with its path. */
function arnsOf(value: unknown, path: Path): readonly Arn[] {
  if (typeof value === 'string') {
    const named = /^arn:([a-z0-9-]+):/.exec(value)?.[1];
    return named === undefined ? [] : [{ text: value, named, path }];
  }
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => arnsOf(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => arnsOf(item, [...path, key]));
}

interface PlacedPolicy {
  /** Place of the set or of the policy. */
  readonly at: Path;
  readonly policy: InlinePolicy;
  readonly keys: PolicyKeys;
}

/** Warnings on actions that AWS does not have, which a deployment takes without a word, so that nothing is allowed or denied. */
function checkPolicyActions({ at, policy, keys }: PlacedPolicy): readonly Issue[] {
  return actionsOf(policy.document).flatMap(({ action, path }) =>
    issuesOf(action, placeIn({ at, policy, keys }, path)),
  );
}

/** Place of a value of a document: exact inside the estate file, and for a file of its own the line that names it. */
function placeIn({ at, policy, keys }: PlacedPolicy, path: Path): Path {
  return policy.kind === 'inline' ? [...at, keys.document, ...path] : [...at, keys.file];
}

function issuesOf(value: string, at: Path): readonly Issue[] {
  if (value === '' || /^\*+$/.test(value)) return [];
  const colon = value.indexOf(':');
  if (colon < 0) {
    const problem = 'names no service, so that IAM refuses the policy';
    return [warning('unknown-action', at, { value, problem, allowed: 'service:Action, such as s3:GetObject, or *' })];
  }
  const service = value.slice(0, colon).toLowerCase();
  const name = value.slice(colon + 1);
  if (isGlob(service)) return [];
  if (!isService(service)) return [unknownService(value, service, at)];
  return hasAction(service, name) ? [] : [unknownAction(value, { service, name, at })];
}

function unknownService(value: string, service: string, at: Path): Issue {
  const near = suggestService(service);
  const allowed = near === undefined ? 'a service that exists' : `did you mean '${near}'?`;
  return warning('unknown-service', at, {
    value,
    problem: `is an action of a service that is unknown here, '${service}'`,
    allowed,
  });
}

interface UnknownAction {
  readonly service: string;
  readonly name: string;
  readonly at: Path;
}

function unknownAction(value: string, { service, name, at }: UnknownAction): Issue {
  const near = suggestAction(service, name);
  const problem = isGlob(name) ? `matches no action of ${service}` : `is not an action of ${service}`;
  const asOf = `the list is of ${ACTIONS_AS_OF}`;
  const allowed = near === undefined ? `an action that exists; ${asOf}` : `did you mean '${near}'? ${upper(asOf)}`;
  return warning('unknown-action', at, { value, problem, allowed });
}

function upper(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** Actions of every statement, each with its path in the document. */
function actionsOf(document: JsonObject): readonly { readonly action: string; readonly path: Path }[] {
  const statements = placedList(document['Statement'], ['Statement']);
  return statements.flatMap(({ value, path }) =>
    isObject(value)
      ? ['Action', 'NotAction'].flatMap((key) =>
          placedList(value[key], [...path, key]).flatMap((one) =>
            typeof one.value === 'string' ? [{ action: one.value, path: one.path }] : [],
          ),
        )
      : [],
  );
}

/** Items of a list, or of a value that is written alone, each with its path. */
function placedList(value: unknown, path: Path): readonly { readonly value: unknown; readonly path: Path }[] {
  return asList(value).map((item, index) => ({ value: item, path: Array.isArray(value) ? [...path, index] : path }));
}
