import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import type { ApplicationAssignment } from '../../estate/sections/access/plan/applications';
import type { ComparedSide } from '../compared-side';
import type { Places } from '../places';
import type { ApplicationChange, ReportApplication } from './application-types';

/** Applications of an estate, and who may use each. */
export function describeApplications(access: AccessPlan, places: Places): readonly ReportApplication[] {
  return access.declaredApplications.map(({ name, arn, at }) => ({
    name,
    arn,
    groups: access.applications
      .filter(({ application }) => application.arn === arn)
      .map(({ group, principalId }) => ({ name: group, isPending: principalId === undefined })),
    place: places.of(at),
  }));
}

/** Groups that gain or lose an application. A group that is synchronized under the name that was pending gains it then. */
export function compareApplications(base: ComparedSide, head: ComparedSide): readonly ApplicationChange[] {
  return [...appeared(base, head, 'gained'), ...appeared(head, base, 'lost')];
}

function appeared(
  here: ComparedSide,
  there: ComparedSide,
  kind: ApplicationChange['kind'],
): readonly ApplicationChange[] {
  const known = here.access?.applications ?? [];
  const keys = new Set(known.map(keyOf));
  const granted = new Set(known.filter(({ principalId }) => principalId !== undefined).flatMap(keysOf));
  return (there.access?.applications ?? [])
    .filter((one) =>
      one.principalId === undefined ? !keys.has(keyOf(one)) : !keysOf(one).some((key) => granted.has(key)),
    )
    .map(({ application, group, principalId }) => ({
      kind,
      application: application.name,
      group,
      isPending: principalId === undefined,
      place: there.places.of(application.at),
    }));
}

function keyOf({ application, group }: ApplicationAssignment): string {
  return JSON.stringify([application.arn, 'name', group]);
}

/** By name and by id: a group that was renamed is the same principal. */
function keysOf(one: ApplicationAssignment): readonly string[] {
  return [keyOf(one), JSON.stringify([one.application.arn, 'id', one.principalId])];
}
