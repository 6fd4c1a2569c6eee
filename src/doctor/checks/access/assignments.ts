import type {
  AccessFacts,
  ApplicationPrincipal,
  AskedPrincipals,
  DeployedApplication,
  DeployedAssignment,
} from '../../../clouds/facts/access-facts';
import {
  applicationDrift,
  undeclaredAssignments,
  declaredSets,
  type DeployedAccess,
  isExcludedInUse,
  missingAssignments,
  setNames,
  unknownAssignments,
  whyLeftAlone,
} from '../../../clouds/facts/access-drift';
import { type Owner, principalNames } from '../../../clouds/facts/ownership';
import { known, type Reading, together } from '../../../clouds/reading';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import type { EstatePlan } from '../../../estate/plan/planner';
import { isUserGrant, type UserGrant } from '../../../estate/sections/access/plan/expand';
import { principalTypeOf } from '../../../estate/sections/access/holder';
import { AccountFinder } from '../../../estate/sections/access/plan/select';
import { showValue } from '../../../estate/source/finding';
import { count } from '../../../text/amounts';
import {
  accessOf,
  check,
  type CheckInput,
  examine,
  failure,
  type Observation,
  type Observed,
  okUnless,
  warning,
} from '../../check';
import { failedDeletion, type Origins, originsOf, STILL_OWNED, unclearOrigins } from './permission-sets';

/** Assignments with what is declared, and the words for them. */
interface Found {
  readonly access: AccessPlan;
  readonly deployed: DeployedAccess;
  readonly origins: Origins;
  readonly words: ReturnType<typeof assignmentLabels>;
  /** Exceptions of the estate that have ended. */
  readonly ended: readonly UserGrant[];
}

function foundOf(input: CheckInput): Reading<Found> | undefined {
  const part = accessOf(input);
  if (part === undefined) return undefined;
  const { planned: access, facts } = part;
  const { permissionSets, assignments: made } = facts;
  const read = together({ permissionSets, assignments: made });
  if (read.state !== 'known') return read;
  return known({
    ...{ access, deployed: { ...read.value, names: principalNames(facts) }, origins: originsOf(input.plan, facts) },
    ...{ words: assignmentLabels(access, facts), ended: endedExceptions(input.plan) },
  });
}

/** Assignments of the estate's permission sets are those of the estate, neither more nor fewer. */
export const assignments = check(foundOf, {
  id: 'access-assignments',
  title: 'Assignments are those of the estate',
  run: (reading, { facts }) =>
    examineAsked(reading, (found) => {
      const { access, deployed } = found;
      const { own, unclear } = divided(found);
      const undeclared = undeclaredAssignments(access, deployed).length;
      const elsewhere = undeclared - unknownAssignments(access, deployed).length;
      const asDeclared = deployed.assignments.length - undeclared;
      const asked = facts.access?.asked;
      return okUnless(
        [
          ...missing(found),
          ...own.map((one) => unknown(one, found)),
          ...unclear,
          ...(facts.access === undefined ? [] : applicationDifferences(access, facts.access)),
          // Only of accounts whose access holds up nothing.
          ...(facts.access?.unread ?? []).map(({ account, reason }) =>
            warning(
              `AWS did not tell who has what in ${accountName(access, account)} (${reason}); ${whyLeftAlone(access, account) ?? 'it is left alone'}`,
              'run this again once AWS answers for the account; people may still have access there',
            ),
          ),
          ...(asked === undefined ? [] : lately(asked)),
        ],
        `${asDeclared} assignments${asked === undefined ? '' : ` of ${whom(asked)}`} are as declared${elsewhere === 0 ? '' : `, and ${elsewhere} are managed elsewhere`}`,
      );
    }),
});

/** Access by permission sets that the estate neither has nor had. */
export const otherSets = check(foundOf, {
  id: 'access-other-sets',
  title: 'Access comes from the permission sets of the estate',
  run: (reading, { facts }) =>
    examineAsked(reading, (found) => {
      const asked = facts.access?.asked;
      return okUnless(
        divided(found).other.map((one) => unknown(one, found)),
        `no other permission set gives access${asked === undefined ? '' : ` to ${whom(asked)}`}`,
      );
    }),
});

const BY_PRINCIPAL = 'sso:ListAccountAssignmentsForPrincipal';

/** AWS describes the call by principal as one of the management account: a permission may not be what a caller lacks. */
function examineAsked(reading: Reading<Found>, look: (found: Found) => Observed): readonly Observation[] {
  return examine(reading, look).map((one) =>
    one.permission === BY_PRINCIPAL
      ? {
          ...one,
          advice: `allow ${BY_PRINCIPAL}; where AWS refuses it to a delegated administrator, run without --quick`,
        }
      : one,
  );
}

const whom = ({ groups, users }: AskedPrincipals): string => `${count(groups, 'group')} and ${count(users, 'user')}`;

/** Where CloudTrail could not be asked, users whom somebody has assigned by hand are not among those who were. */
function lately({ since }: AskedPrincipals): Observed {
  return examine(since, () => []).map((one) => ({ ...one, message: `users assigned by hand: ${one.message}` }));
}

/** Assignments that the estate does not have: by a permission set that is or was its own, and by others. */
export function divided({ access, deployed, origins }: Pick<Found, 'access' | 'deployed' | 'origins'>): {
  readonly own: readonly DeployedAssignment[];
  readonly other: readonly DeployedAssignment[];
  /** Observations on what could not be found out. */
  readonly unclear: Observed;
} {
  const declared = declaredSets(access);
  const ownSets = new Set(
    deployed.permissionSets.filter((set) => declared.has(set.name) || origins.isOwn(set)).map(({ arn }) => arn),
  );
  const all = unknownAssignments(access, deployed);
  const other = all.filter(({ set }) => !ownSets.has(set));
  return {
    own: all.filter(({ set }) => ownSets.has(set)),
    other,
    unclear: other.length > 0 ? unclearOrigins(origins) : [],
  };
}

function missing({ access, deployed, origins }: Found): Observed {
  const arns = new Map(deployed.permissionSets.map(({ arn, name }) => [name, arn]));
  return missingAssignments(access, deployed).map(({ holder, permissionSet, account, principalId }) => {
    const message = `${holder.kind === 'user' ? 'user ' : ''}${showValue(holder.name)} does not have ${permissionSet} in ${accountName(access, account.id)}, which the estate grants`;
    const set = arns.get(permissionSet);
    if (set === undefined || principalId === undefined) return failure(message, 'deploy the access stacks');
    const one = { set, account: account.id, principalType: principalTypeOf(holder), principalId };
    return failure(message, MISSING_ADVICE[origins.ownership.ofAssignment(one)]);
  });
}

/** CloudFormation, which compares templates alone, makes nothing again that its stack has. */
const MISSING_ADVICE: Readonly<Record<Owner, string>> = {
  stack: 'npx --no entra-aws deploy repair access --yes gives it again; a deployment sees no change',
  none: 'deploy the access stacks',
  unknown:
    'deploy the access stacks; where CloudFormation sees no change, npx --no entra-aws deploy repair access --yes gives it again',
};

function unknown(one: DeployedAssignment, found: Found): Observation {
  const { access, deployed, origins, words } = found;
  const [who, what, deletion] = [words.who(one), words.what(one, deployed), words.deletion(one)];
  const isOwned = origins.ownership.ofAssignment(one) === 'stack';
  const gaveUp = isOwned ? STILL_OWNED : failedDeletion(origins, { set: one.set, assignment: one });
  const message = `${who} has ${what}, which is not in the estate; ${gaveUp ?? words.madeBy(one)}`;
  const why = whyLeftAlone(access, one.account);
  if (why !== undefined) {
    return warning(`${message}; ${why}`, "leave it: it can't be used, and goes with the account");
  }
  const exception = endedException(one, { access, setNames: setNames(deployed), ended: found.ended });
  if (exception !== undefined) {
    return failure(
      `${who} still has ${what}, though the exception ended on ${exception.holder.until}`,
      'deploy the access stacks, or npx --no entra-aws deploy repair access --yes; then remove the grant from the estate',
    );
  }
  if (isExcludedInUse(access, one.account)) {
    return failure(
      `${message}; the estate excludes the account, which people can use`,
      `take it away (${deletion}), or take the account out of access.excludedAccounts`,
    );
  }
  return failure(
    message,
    isOwned
      ? 'deploy the access stacks, which takes it away, or add a grant to the estate'
      : `take it away (${deletion}), or add a grant to the estate and import it (npx --no entra-aws docs importing)`,
  );
}

/** Exceptions of an estate that have ended. */
export function endedExceptions({ estate }: Pick<EstatePlan, 'estate'>): readonly UserGrant[] {
  return (estate.access?.endedGrants ?? []).filter(isUserGrant);
}

/** The exception that gave an assignment until it ended. */
export function endedException(
  { principalType, principalId, set, account }: DeployedAssignment,
  {
    access,
    setNames: names,
    ended,
  }: Pick<Found, 'access' | 'ended'> & { readonly setNames: ReadonlyMap<string, string> },
): UserGrant | undefined {
  if (principalType !== 'USER') return undefined;
  const user = access.organization.users.find(({ id }) => id === principalId)?.userName;
  const name = names.get(set);
  const known = access.organization.accountById.get(account);
  if (user === undefined || name === undefined || known === undefined) return undefined;
  const granted = declaredSets(access).get(name)?.copyOf ?? name;
  const theirs = ended.filter(({ holder, permissionSets }) => holder.name === user && permissionSets.includes(granted));
  if (theirs.length === 0) return undefined;
  const finder = new AccountFinder(access.organization);
  return theirs.find(({ accounts }) => finder.includes(accounts, known));
}

/** Applications of the estate are there, and ask for an assignment. Who is assigned is compared with the other assignments. */
export const applications = check(accessOf, {
  id: 'access-applications',
  title: 'Applications are there, and ask for an assignment',
  run: ({ planned: { declaredApplications: declared }, facts }) =>
    facts.applications &&
    examine(facts.applications, (deployed) =>
      okUnless(
        declared.map((one) => examineApplication(one, deployed)),
        `${declared.length} applications are there and ask for an assignment`,
      ),
    ),
});

function examineApplication(
  { name: text, arn }: AccessPlan['declaredApplications'][number],
  deployed: readonly DeployedApplication[],
): Observation | false {
  const [name, found] = [showValue(text), deployed.find((one) => one.arn === arn)];
  if (found === undefined) {
    return failure(
      `the application ${name} (${arn}) is not in IAM Identity Center`,
      'correct its arn in the estate (aws sso-admin list-applications), or take it out of access.applications',
    );
  }
  return (
    !found.needsAssignment &&
    warning(
      `the application ${name} needs no assignment: every user of the identity store may use it`,
      `aws sso-admin put-application-assignment-configuration --application-arn ${arn} --assignment-required`,
    )
  );
}

/** Assignments of applications that the estate has and AWS has not, and the other way round. */
function applicationDifferences(access: AccessPlan, facts: AccessFacts): Observed {
  if (facts.applications === undefined) return [];
  const { who } = assignmentLabels(access, facts);
  return examine(facts.applications, (deployed) => {
    const drift = applicationDrift(access, deployed, principalNames(facts));
    return [
      ...drift.missing.map((one) =>
        failure(
          `${who(one)} may not use the application ${showValue(one.application)}, which the estate grants`,
          'npx --no entra-aws deploy repair access --yes, since CloudFormation sees no change',
        ),
      ),
      ...drift.unknown.map((one) =>
        failure(
          `${who(one)} may use the application ${showValue(one.application)}, which is not in the estate`,
          `add the group to access.applications, or take the assignment away (npx --no entra-aws deploy repair access --yes, or aws sso-admin delete-application-assignment --application-arn ${one.arn} --principal-type ${one.principalType} --principal-id ${one.principalId})`,
        ),
      ),
    ];
  });
}

/** Assignments of AWS in words. */
export function assignmentLabels(access: AccessPlan, facts: AccessFacts) {
  const { instanceArn, groups } = access.organization;
  const names = new Map([
    ...groups.map(({ id, displayName }): readonly [string, string] => [id, displayName]),
    ...principalNames(facts),
  ]);
  return {
    /** `group "Claims Developers"` */
    who: ({ principalType, principalId }: ApplicationPrincipal): string => {
      const name = names.get(principalId);
      return `${principalType.toLowerCase()} ${name === undefined ? principalId : showValue(name)}`;
    },
    /** `SecurityAdmin in claims-dev (210000000011)` */
    what: ({ set, account }: DeployedAssignment, deployed: DeployedAccess): string =>
      `${setNames(deployed).get(set) ?? set} in ${accountName(access, account)}`,
    /** `made by arn:… on …` */
    madeBy: (one: DeployedAssignment): string => madeBy(one, facts),
    /** The command that takes it away. */
    deletion: ({ set, account, principalType, principalId }: DeployedAssignment): string =>
      `aws sso-admin delete-account-assignment --instance-arn ${instanceArn} --permission-set-arn ${set} ` +
      `--target-type AWS_ACCOUNT --target-id ${account} --principal-type ${principalType} --principal-id ${principalId}`,
  };
}

function accountName({ organization }: AccessPlan, id: string): string {
  const name = organization.accountById.get(id)?.name;
  return name === undefined ? `account ${id}` : `${name} (${id})`;
}

function madeBy(one: DeployedAssignment, { makers }: AccessFacts): string {
  if (makers?.state === 'denied') return `who made it can't be read: allow ${makers.permission}`;
  if (makers?.state !== 'known') return `who made it can't be read${makers === undefined ? '' : `: ${makers.reason}`}`;
  const { makers: found, readEvents } = makers.value;
  const maker = found.find(
    ({ account, set, principalType, principalId }) =>
      account === one.account &&
      set === one.set &&
      principalType === one.principalType &&
      principalId === one.principalId,
  );
  if (maker !== undefined) return `made by ${maker.by} on ${maker.at}`;
  if (readEvents === undefined) return 'CloudTrail has no record of who made it in the last 90 days';
  return (
    `who made it is not among the last ${readEvents} events of CloudTrail in this account; for older ones: aws cloudtrail lookup-events ` +
    '--lookup-attributes AttributeKey=EventName,AttributeValue=CreateAccountAssignment --end-time TIME'
  );
}
