import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import { showValue } from '../../../estate/source/finding';
import type { AccessFacts, AssignmentMaker, DeployedAssignment } from '../../../clouds/facts/access-facts';
import { type DeployedAccess, setNames } from '../../../clouds/facts/assignment-drift';

/** An assignment of AWS in words. */
export interface AssignmentLabels {
  /** `group "Claims Developers"` */
  readonly who: (one: DeployedAssignment) => string;
  /** `SecurityAdmin in claims-dev (210000000011)` */
  readonly what: (one: DeployedAssignment, deployed: DeployedAccess) => string;
  /** `made by arn:… on …` */
  readonly madeBy: (one: DeployedAssignment) => string;
  /** The command that takes it away. */
  readonly deletion: (one: DeployedAssignment) => string;
}

export function assignmentLabels(access: AccessPlan, facts: AccessFacts): AssignmentLabels {
  const principals = principalNames(facts);
  return {
    who: ({ principalType, principalId }) =>
      principals.get(principalId) ?? `${principalType.toLowerCase()} ${principalId}`,
    what: ({ set, account }, deployed) => `${setNames(deployed).get(set) ?? set} in ${accountName(access, account)}`,
    madeBy: (one) => madeBy(one, facts),
    deletion: ({ set, account, principalType, principalId }) =>
      `aws sso-admin delete-account-assignment --instance-arn ${access.organization.instanceArn} --permission-set-arn ${set} ` +
      `--target-type AWS_ACCOUNT --target-id ${account} --principal-type ${principalType} --principal-id ${principalId}`,
  };
}

export function accountName({ organization }: AccessPlan, id: string): string {
  const name = organization.accountById.get(id)?.name;
  return name === undefined ? `account ${id}` : `${name} (${id})`;
}

function madeBy(one: DeployedAssignment, { makers }: AccessFacts): string {
  if (makers?.state === 'denied') return `who made it can't be read: allow ${makers.permission}`;
  if (makers?.state !== 'known') return `who made it can't be read${makers === undefined ? '' : `: ${makers.reason}`}`;
  const { makers: found, readEvents } = makers.value;
  const maker = found.find((candidate) => isSame(candidate, one));
  if (maker !== undefined) return `made by ${maker.by} on ${maker.at}`;
  if (readEvents === undefined) return 'CloudTrail has no record of who made it in the last 90 days';
  return (
    `who made it is not among the last ${readEvents} events of CloudTrail in this account; for older ones: aws cloudtrail lookup-events ` +
    '--lookup-attributes AttributeKey=EventName,AttributeValue=CreateAccountAssignment --end-time TIME'
  );
}

function isSame(maker: AssignmentMaker, one: DeployedAssignment): boolean {
  return (
    maker.account === one.account &&
    maker.set === one.set &&
    maker.principalType === one.principalType &&
    maker.principalId === one.principalId
  );
}

function principalNames({ users, groups }: AccessFacts): ReadonlyMap<string, string> {
  return new Map([
    ...(groups.state === 'known' ? groups.value.map(({ id, name }) => [id, `group ${showValue(name)}`] as const) : []),
    ...(users.state === 'known' ? users.value.map(({ id, name }) => [id, `user ${showValue(name)}`] as const) : []),
  ]);
}
