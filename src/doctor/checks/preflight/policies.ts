import { MANAGED_POLICIES_AS_OF } from '../../../estate/sections/access/policy-power';
import { type WantedPolicy, wantedManagedPolicies, wantedPolicies } from '../../../estate/plan/prerequisites';
import { pathAndName } from '../../../estate/sections/access/sets/policy-changes';
import type { CustomerManagedPolicy } from '../../../estate/sections/estate';
import type { StackSetInstance } from '../../../clouds/facts/access-facts';
import type { PreflightFacts, ValidatedDocument } from '../../../clouds/facts/preflight-facts';
import { failed, type Reading } from '../../../clouds/reading';
import {
  check,
  examine,
  failure,
  type Observation,
  type Observed,
  ok,
  okUnless,
  preflightOf,
  present,
  warning,
} from '../../check';
import { accountLabel, at, gathered, unreadIn } from './accounts';

/** Customer-managed policies and boundaries are in each account, or a deployment can bring them. */
export const customerPolicies = check(preflightOf, {
  id: 'preflight-policies',
  title: 'Policies and boundaries are in the accounts',
  run: ({ plan, facts }) => {
    const wanted = wantedPolicies(plan);
    if (wanted.length === 0) return undefined;
    return gathered(
      wanted,
      ({ account }) => accountLabel(plan, account),
      (one) => lookAt(one, facts),
    );
  },
});

const NOT_READ = failed('was not asked for');

function lookAt(wanted: WantedPolicy, facts: PreflightFacts): Observed {
  const name = pathAndName(wanted.policy);
  if (isRolledOut(wanted, facts)) return [ok(`${name} is there, by the stack set of this estate`)];
  const read = policiesIn(wanted.account, facts);
  if (read.state !== 'known') {
    const subject = wanted.isMadeHere ? `${name} is made by this deployment; whether its name is free` : name;
    return unreadIn(wanted.account, read, subject);
  }
  const sameName = read.value.find((one) => one.name === wanted.policy.name);
  if (sameName !== undefined && sameName.path !== wanted.policy.path) return [otherPath(name, sameName)];
  if (wanted.isMadeHere)
    return sameName === undefined ? [ok(`${name} is made by this deployment`)] : takenBy(wanted, facts);
  return [sameName === undefined ? missing(name) : ok(`${name} is there`)];
}

function policiesIn(account: string, { accountPolicies }: PreflightFacts): Reading<readonly CustomerManagedPolicy[]> {
  return accountPolicies.find((one) => one.account === account)?.policies ?? NOT_READ;
}

function missing(name: string): Observation {
  return failure(
    `${name} is missing, and roles that need it can't be made`,
    'have it brought there first, or let the estate do it (access.policies, `npx --no entra-aws docs access-guide`)',
  );
}

/** Observations on a policy that this deployment makes, where one of its name is there. */
function takenBy(wanted: WantedPolicy, facts: PreflightFacts): Observed {
  const name = pathAndName(wanted.policy);
  const instance = instanceOf(wanted, facts);
  if (instance !== undefined) return [notCurrent(name, instance)];
  const own = facts.access?.ownResources ?? NOT_READ;
  if (own.state !== 'known') {
    return unreadIn(wanted.account, own, `${name} is there; whether this estate made it is unknown:`);
  }
  return [isOwn(wanted, facts) ? ok(`${name} is there, by a stack of this estate`) : takenByOthers(name)];
}

function otherPath(name: string, found: CustomerManagedPolicy): Observation {
  return failure(
    `${name} is asked for, and ${pathAndName(found)} is there: IAM has a name once, whatever the path`,
    'write the path that is there into the estate, or give the policy another name',
  );
}

function takenByOthers(name: string): Observation {
  return failure(
    `${name} is there already, and this estate did not make it: its deployment can't create it`,
    'leave it to whoever keeps it (managedElsewhere), give the policy another name, or delete the one that is there',
  );
}

/** A stack set that has brought it needs no look into the account. */
function isRolledOut(wanted: WantedPolicy, facts: PreflightFacts): boolean {
  return instanceOf(wanted, facts)?.status === 'CURRENT';
}

/** The stack of the estate's stack set in the account of a policy. */
function instanceOf({ account, stackSet }: WantedPolicy, { access }: PreflightFacts): StackSetInstance | undefined {
  if (stackSet === undefined || access?.stackSets?.state !== 'known') return undefined;
  const found = access.stackSets.value.find(({ name }) => name === stackSet);
  return found?.instances.find((one) => one.account === account && !one.isSkipped);
}

/** An operation failed there, before or after it made the policy: the next one goes on. */
function notCurrent(name: string, { status }: StackSetInstance): Observation {
  return warning(
    `${name} is there, and the stack of this estate's stack set is ${status}`,
    'deploy: it is brought up to date; where others made the policy, CloudFormation says so',
  );
}

/** In the management account a policy is a resource of a stack of the estate; CloudFormation knows it by its ARN. */
function isOwn({ account, policy }: WantedPolicy, { access }: PreflightFacts): boolean {
  if (access?.ownResources.state !== 'known') return false;
  const end = `:${account}:policy${pathAndName(policy)}`;
  return access.ownResources.value.some(({ physicalId }) => physicalId.endsWith(end));
}

/** AWS managed policies that the estate names exist. */
export const managedPolicies = check(preflightOf, {
  id: 'preflight-managed-policies',
  title: 'AWS managed policies exist',
  run: ({ plan, facts }) => {
    const wanted = wantedManagedPolicies(plan);
    if (wanted.length === 0) return undefined;
    return at(
      ['IAM'],
      examine(facts.missingManagedPolicies, (missing) =>
        okUnless(
          missing.map((arn) =>
            failure(
              `${arn} does not exist`,
              `correct the name; policies known here are as of ${MANAGED_POLICIES_AS_OF}, and AWS takes some away`,
            ),
          ),
          `${wanted.length} policies exist`,
        ),
      ),
    );
  },
});

/** Policy documents are valid, as IAM Access Analyzer sees them. */
export const documents = check(preflightOf, {
  id: 'preflight-documents',
  title: 'Policy documents are valid',
  run: ({ plan: { access }, facts: { documents: all } }) => {
    if (all.length === 0) return undefined;
    const read = all.map((one) => ({ ...one, faults: faultsOf(one) }));
    const valid = read.filter(({ findings, faults }) => findings.state === 'known' && faults.length === 0).length;
    const unread = Map.groupBy(
      all.filter(({ findings }) => findings.state !== 'known'),
      ({ findings }) => JSON.stringify(findings),
    );
    return at(
      [access === undefined ? 'IAM Access Analyzer' : `IAM Access Analyzer, ${access.organization.region}`],
      [
        ...read.flatMap(({ faults }) => faults),
        ...[...unread.values()].flatMap(([first, ...more]) =>
          first === undefined ? [] : unreadDocuments(first, more),
        ),
        valid > 0 && ok(valid === 1 ? '1 document is valid' : `${valid} documents are valid`),
      ],
    );
  },
});

function unreadDocuments(first: ValidatedDocument, more: readonly ValidatedDocument[]): Observed {
  const subject = more.length === 0 ? first.subject : `${first.subject} and ${more.length} more`;
  return examine(first.findings, () => []).map((one) => ({ ...one, message: `${subject}: ${one.message}` }));
}

/** Errors keep IAM from taking the document; suggestions are left to its author. */
function faultsOf({ subject, findings }: ValidatedDocument): readonly Observation[] {
  if (findings.state !== 'known') return [];
  return present(
    findings.value.map(({ type, code, details }) => {
      const message = `${subject}: ${code}: ${details}`;
      if (type === 'ERROR') return failure(message, 'correct the document in the estate: IAM refuses it as it is');
      return (
        type !== 'SUGGESTION' && warning(message, "see 'Access Analyzer policy check reference' of the IAM User Guide")
      );
    }),
  );
}
