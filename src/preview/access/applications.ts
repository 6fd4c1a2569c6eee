import type { AccessPlan, ApplicationAssignment } from '../../estate/sections/access/plan/access-plan';
import type { Blocks, Section } from '../blocks/block';
import { aside, badge, line, list, marked, name, names, place, titled } from '../blocks/make';
import type { ComparedSide, Places } from '../compared-side';
import { PENDING_WORDS, shortPlace } from '../labels';

export type ReportApplication = ReturnType<typeof describeApplications>[number];
export type ApplicationChange = ReturnType<typeof compareApplications>[number];

/** Applications of an estate, and who may use each. */
export function describeApplications(access: AccessPlan, places: Places) {
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
export function compareApplications(base: ComparedSide, head: ComparedSide) {
  return [...appeared(base, head, 'gained'), ...appeared(head, base, 'lost')];
}

function appeared(here: ComparedSide, there: ComparedSide, kind: 'gained' | 'lost') {
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
      /** True if the group is not in the Identity Store: a gain takes effect once it is, a loss is of what never took effect. */
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

/** Applications and the groups that may use them. */
export function applicationSection(applications: readonly ReportApplication[]): Section {
  const items = applications.map(({ name: application, arn, groups, place: at }) => {
    const who = names(groups.map((group) => name(group.name, group.isPending ? 'pending' : undefined)));
    return line`${name(application, arn)}: ${groups.length === 0 ? 'no one' : who} ${place(shortPlace(at))}`;
  });
  return {
    id: 'applications',
    title: 'Applications',
    blocks: [aside(line`Applications of IAM Identity Center, and the groups that may use them.`), list(items)],
  };
}

/** Groups that gain or lose an application. */
export function applicationChangeBlocks(changes: readonly ApplicationChange[]): Blocks {
  const items = changes.map(({ kind, group, application, isPending, place: at }) => {
    const isGained = kind === 'gained';
    const verb = isGained ? 'gain' : 'lose';
    const waits = isPending ? line` ${badge(PENDING_WORDS.group[verb], 'pending')}` : '';
    return {
      mark: isGained ? ({ text: '+', tone: 'good' } as const) : ({ text: '-', tone: 'bad' } as const),
      what: line`${name(group)} ${verb} the application ${name(application)}${waits}`,
      why: [place(shortPlace(at))],
    };
  });
  return titled('Applications', [marked(items)]);
}
