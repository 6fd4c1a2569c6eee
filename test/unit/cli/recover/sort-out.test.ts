import type { LostObject } from '../../../../src/cli/recover/find-lost';
import { importFileFor } from '../../../../src/cli/recover/import-file';
import { sortOut } from '../../../../src/cli/recover/sort-out';
import type { ProgramResource, ProgramRun } from '../../../../src/preview/entra/facts';

const resource = (name: string, type: string, more: Partial<ProgramResource> = {}): ProgramResource => ({
  key: `urn::${name}`,
  kind: 'resource',
  type,
  name,
  inputs: {},
  dependsOn: [],
  aliases: [],
  retainOnDelete: false,
  ...more,
});

const stack = resource('stack', 'pulumi:pulumi:Stack', { kind: 'component' });
const groups = resource('groups', 'identity:entra:Groups', { kind: 'component', parent: stack.key });
const group = resource('groups-A', 'azuread:index/group:Group', { parent: groups.key });
const application = resource('application', 'azuread:index/application:Application');
const principal = resource('principal', 'azuread:index/servicePrincipal:ServicePrincipal', {
  dependsOn: [application.key],
});
const assignment = resource('assignment', 'azuread:index/appRoleAssignment:AppRoleAssignment', {
  dependsOn: [group.key, principal.key],
});
const run: ProgramRun = {
  program: 'workforce',
  stack: 'sandbox-workforce',
  resources: [stack, groups, group, application, principal, assignment],
  warnings: [],
};

const lost = (of: ProgramResource, wasPending: boolean, doubt?: string): LostObject => ({
  resource: of,
  object: { id: `/${of.name}`, outputs: {}, doubt, isRecent: true },
  wasPending,
});

const namesIn = (all: readonly LostObject[]): readonly string[] => all.map((one) => one.resource.name);

const sorted = (all: readonly LostObject[]) => {
  const { certain, uncertain, refused } = sortOut(all, run);
  return { certain: namesIn(certain), uncertain: namesIn(uncertain), refused: namesIn(refused) };
};

test('what a run was making is certain, and so is what belongs to it', () => {
  expect(sorted([lost(application, true), lost(principal, false)])).toEqual({
    certain: ['application', 'principal'],
    uncertain: [],
    refused: [],
  });
});

test('a part of what the stack has is certain', () => {
  expect(sorted([lost(principal, false)]).certain).toEqual(['principal']);
});

test('a name alone proves nothing, neither of the object nor of what belongs to it', () => {
  expect(sorted([lost(application, false), lost(principal, false), lost(group, true)])).toEqual({
    certain: ['groups-A'],
    uncertain: ['application', 'principal'],
    refused: [],
  });
});

test('what was made another day has its name from somebody else, though a run was at work on one', () => {
  const old = lost(application, true);
  expect(sorted([{ ...old, object: { ...old.object, isRecent: false } }, lost(principal, false)])).toEqual({
    certain: [],
    uncertain: ['application', 'principal'],
    refused: [],
  });
});

test('what is in use is left to a person, with what belongs to it', () => {
  expect(sorted([lost(group, true, 'it has members'), lost(assignment, true), lost(application, true)])).toEqual({
    certain: ['application'],
    uncertain: [],
    refused: ['groups-A', 'assignment'],
  });
});

test('an import names parents that the stack has by their URNs, and makes those that it lacks', () => {
  const component = {
    urn: 'urn:pulumi:of-groups',
    type: groups.type,
    name: 'groups',
    id: undefined,
    inputs: {},
    outputs: {},
  };
  const imported = { type: group.type, name: 'groups-A', id: '/groups-A', parent: 'groups' };
  expect(importFileFor([lost(group, true)], run, { resources: [component] })).toEqual({
    nameTable: { groups: 'urn:pulumi:of-groups' },
    resources: [imported],
  });
  expect(importFileFor([lost(group, true)], run, { resources: [] })).toEqual({
    nameTable: {},
    resources: [{ type: groups.type, name: 'groups', component: true }, imported],
  });
});
