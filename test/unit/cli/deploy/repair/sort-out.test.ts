import type { LostObject } from '../../../../../src/cli/deploy/repair/program/find-lost';
import { importFileFor } from '../../../../../src/cli/deploy/repair/program/stack-commands';
import { sortOut } from '../../../../../src/cli/deploy/repair/program/recover-program';
import type { ProgramResource, ProgramRun } from '../../../../../src/preview/entra/facts';

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

/** @param isOwn undefined for a part of another object */
const lost = (of: ProgramResource, isOwn?: boolean, doubt?: string): LostObject => ({
  resource: of,
  object: { id: `/${of.name}`, outputs: {}, doubt, ...(isOwn !== undefined && { isOwn }) },
  wasPending: true,
});

const namesIn = (all: readonly LostObject[]): readonly string[] => all.map((one) => one.resource.name);

const sorted = (all: readonly LostObject[], named: readonly string[] = []) => {
  const { certain, uncertain, refused } = sortOut(all, run, named);
  return { certain: namesIn(certain), uncertain: namesIn(uncertain), refused: namesIn(refused) };
};

test('what a run of the stack made is certain, and so is what belongs to it', () => {
  expect(sorted([lost(application, true), lost(principal)])).toEqual({
    certain: ['application', 'principal'],
    uncertain: [],
    refused: [],
  });
});

test('a part of what the stack has is certain', () => {
  expect(sorted([lost(principal)]).certain).toEqual(['principal']);
});

test('what somebody else made is not, nor what belongs to it, though a run was at work on both', () => {
  expect(sorted([lost(application, false), lost(principal), lost(group, true)])).toEqual({
    certain: ['groups-A'],
    uncertain: ['application', 'principal'],
    refused: [],
  });
});

test('what a person names by its id is certain, with what belongs to it, and nothing else', () => {
  expect(sorted([lost(application, false), lost(principal), lost(group, false)], ['application'])).toEqual({
    certain: ['application', 'principal'],
    uncertain: ['groups-A'],
    refused: [],
  });
});

test('what is in use is left to a person, with what belongs to it', () => {
  expect(
    sorted([lost(group, true, 'it has members'), lost(assignment), lost(application, true)], ['groups-A']),
  ).toEqual({
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
    createdAt: 0,
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
