import { type Area, AREAS, type Facts } from '../clouds/facts/facts';
import { type CheckInput, type Observation, type Outcome, OUTCOMES } from './check';
import { type AreaCheck, CHECKS } from './checks/all-checks';

/** A check with what it found. */
export interface CheckedResult extends Pick<AreaCheck, 'area' | 'title'> {
  readonly id: string;
  /** The worst of its observations. */
  readonly outcome: Outcome;
  readonly observations: readonly Observation[];
}

/** Findings of the doctor in an estate. */
export interface Examination {
  readonly estate: string;
  /** ISO 8601, in UTC. */
  readonly examinedAt: string;
  /** How long it took to read what was examined. */
  readonly seconds: number;
  /** Numbers of checks, or of what they found, by outcome. */
  readonly totals: Readonly<Record<Outcome, number>>;
  readonly checks: readonly CheckedResult[];
  /** Things that no check of these areas looks at. */
  readonly notCompared: readonly string[];
}

/** Runs the checks of some areas, or some by their ids; those that an estate has nothing for are left out. */
export function examineEstate(input: CheckInput, chosen: readonly string[] = AREAS): Examination {
  return examineBy(
    CHECKS.filter(({ id, area }) => chosen.includes(area) || chosen.includes(id)),
    input,
  );
}

/** Runs checks; those that an estate has nothing for are left out. */
export function examineBy(checks: readonly AreaCheck[], input: CheckInput): Examination {
  const results = checks.flatMap((check) => resultOf(check, input));
  const count = (outcome: Outcome): number => results.filter((result) => result.outcome === outcome).length;
  return {
    estate: input.plan.estate.name,
    examinedAt: input.now.toISOString(),
    seconds: (input.now.getTime() - (input.startedAt ?? input.now).getTime()) / 1000,
    totals: totalsBy(count),
    checks: results,
    notCompared: [
      ...(results.some(({ area }) => area === 'access') ? leftOut(input.facts) : []),
      ...notComparedIn(AREAS.filter((area) => results.some((result) => result.area === area))),
      ...(results.some(({ area }) => area === 'preflight') ? NOT_ASKED : []),
    ],
  };
}

/** The same with the numbers of observations, of which a check may have several. */
export function countedByRow(examination: Examination): Examination {
  const rows = examination.checks.flatMap(({ observations }) => observations);
  const count = (wanted: Outcome): number => rows.filter(({ outcome }) => outcome === wanted).length;
  return { ...examination, totals: totalsBy(count) };
}

/** Things that a quick reading leaves to a full one. */
function leftOut({ access }: Facts): readonly string[] {
  if (access?.asked === undefined) return [];
  const { since } = access.asked;
  const unless =
    since.state === 'known' ? `, unless CloudTrail has an assignment to them since ${since.value.toISOString()}` : '';
  return [
    `since --quick asks by group and user: access of groups that are gone from the Identity Store, and of users without a grant in the estate${unless}`,
    'since --quick leaves it out: whether AWS equals organization.json (access-snapshot)',
  ];
}

function totalsBy(count: (outcome: Outcome) => number): Examination['totals'] {
  return { failure: count('failure'), warning: count('warning'), unknown: count('unknown'), ok: count('ok') };
}

function resultOf({ id, area, title, run }: AreaCheck, input: CheckInput): readonly CheckedResult[] {
  const observations = run(input);
  if (observations === undefined) return [];
  const outcome = OUTCOMES.find((one) => observations.some((observation) => observation.outcome === one)) ?? 'ok';
  return [{ id, area, title, outcome, observations }];
}

/**
 * Tells whether an examination found all to be well. One that could not make most of its checks has found nothing.
 *
 * @param isStrict true if every check must have been made
 */
export function isWell({ totals }: Pick<Examination, 'totals'>, isStrict: boolean): boolean {
  const { failure, warning, unknown, ok } = totals;
  return failure === 0 && (isStrict ? unknown === 0 : unknown <= warning + ok);
}

/**
 * Things that no check looks at, by area: a report says so below its totals, so that its 'ok' is not taken for more. Whoever writes a
 * check that looks at one of these takes it out here.
 */
const NOT_COMPARED: Readonly<Record<Area, readonly string[]>> = {
  access: ['documents of customer managed policies that access.policies does not have', 'tags beyond the declared'],
  saml: [
    'whether other tenants may use it',
    'which certificates AWS trusts, of which no API tells',
    'federated credentials and permissions of the identities that the pipeline deploys as',
  ],
  scim: [
    'mappings that the estate does not declare (userName, active and attributes for access control among them)',
    'constants and functions in mappings, mappings of groups, scoping filters',
    'applications that own groups for which the estate names no owners',
    "rules and targets of the alarms of the token's end",
    'the leavers function, its schedule and its environment; its application where it signs in with a secret',
  ],
  b2c: [
    'optional claims of tokens',
    'federated credentials and permissions of the identities that the pipeline deploys as',
    'user flows and identity providers of the directory beyond the declared',
    'whether a secret of a declared period is the one that Pulumi made',
  ],
  hosting: ['roles, networks and rules of the firewall, for which `cdk drift` is'],
  console: [
    'methods that an authentication strength of the tenant takes',
    'people in nested groups and directory roles that a policy of others leaves out',
    'named locations',
  ],
  emergency: [
    'who should be a member of the group, beyond how many there are',
    'owners of application and group',
    'documents of customer managed policies and of boundaries',
    'how long a session of a role may last',
    'patterns, topics and listeners of the alarms beyond the declared ones',
  ],
};

/** Things that `entra-aws deploy check` does not ask about. */
export const NOT_ASKED: readonly string[] = [
  'service control policies',
  'the CDK bootstrap, for which deployments have a step of their own',
  'documents of customer-managed policies that others keep',
  'names of the roles, tables, secrets and log groups that stacks make',
  'networks of the hosting',
  'quotas of other services',
];

/** Things that no check of some areas looks at, without repetition. */
export function notComparedIn(areas: readonly Area[]): readonly string[] {
  return [...new Set(areas.flatMap((area) => NOT_COMPARED[area]))];
}
