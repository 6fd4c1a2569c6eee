import type { AccessPlan } from '../../../../estate/sections/access/plan/access-plan';
import { showValue } from '../../../../estate/source/finding';
import type { DeployedAssignment, DeployedSet } from '../../../../clouds/facts/access-facts';
import type { AssignedPrincipal } from '../../../../clouds/facts/access-drift';
import type { Owner } from '../../../../clouds/facts/ownership';
import { leavingText } from '../../revoke/leaving';

/** A difference that is left as it is. */
export interface Postponed {
  /** `group "Claims Developers": SecurityAdmin in claims-dev (210000000011)` */
  readonly what: string;
  /** A stack still has what the estate does not, has not yet what the estate has, or it is unknown whether it has it. */
  readonly why: 'goes' | 'comes' | 'unknown';
}

/** Differences by who has what differs. */
export type ByOwner<T> = Readonly<Record<Owner, readonly T[]>>;

export function byOwner<T>(all: readonly T[], ownerOf: (one: T) => Owner): ByOwner<T> {
  const { stack = [], none = [], unknown = [] } = Object.groupBy(all, ownerOf);
  return { stack, none, unknown };
}

interface Divided {
  readonly going: ByOwner<DeployedAssignment>;
  readonly coming: ByOwner<DeployedAssignment>;
  readonly applications: Readonly<Record<'unknown' | 'missing', ByOwner<AssignedPrincipal>>>;
  readonly sets: ByOwner<DeployedSet>;
}

type Words = Parameters<typeof leavingText>[0];

/** Differences that only a deployment may make. */
export function postponedOf(words: Words, { going, coming, applications, sets }: Divided): readonly Postponed[] {
  const ofAssignment = (one: DeployedAssignment): string => leavingText(words, one);
  const ofApplication = (one: AssignedPrincipal): string => applicationText(words.access, one);
  const ofSet = ({ name }: DeployedSet): string => `permission set ${name}`;
  return [
    ...left(going, 'goes', ofAssignment),
    ...left(applications.unknown, 'goes', ofApplication),
    ...left(sets, 'goes', ofSet),
    ...left(coming, 'comes', ofAssignment),
    ...left(applications.missing, 'comes', ofApplication),
  ];
}

function left<T>(all: ByOwner<T>, why: 'goes' | 'comes', textOf: (one: T) => string): readonly Postponed[] {
  const waiting = why === 'goes' ? all.stack : all.none;
  return [
    ...waiting.map((one) => ({ what: textOf(one), why })),
    ...all.unknown.map((one) => ({ what: textOf(one), why: 'unknown' as const })),
  ];
}

/** `group "Claims Developers": application "QuickSight"` */
export function applicationText(
  { organization }: Pick<AccessPlan, 'organization'>,
  { application, principalType, principalId }: AssignedPrincipal,
): string {
  const name = organization.groups.find(({ id }) => id === principalId)?.displayName;
  const who = `${principalType.toLowerCase()} ${name === undefined ? principalId : showValue(name)}`;
  return `${who}: application ${showValue(application)}`;
}
