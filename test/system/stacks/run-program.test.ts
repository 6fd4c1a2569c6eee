import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import type { Estate } from '../../../src/estate/sections/estate';
import type { ProgramResource, ProgramRun } from '../../../src/preview/entra/facts';
import type { Program } from '../../../stacks/entra/program';
import { runProgram, runPrograms } from '../../../src/preview/engine/run-program';
import { planFiles, sandboxFiles } from '../../support/sandbox';
import { REPOSITORY } from '../../support/repository';

const FAILING_PROGRAM = join(REPOSITORY, 'test/support/fixtures/failing-program.ts');

const NOW = new Date('2026-11-25T00:00:00Z');

const { estate: sandbox } = planFiles(sandboxFiles());

const run = (program: Program, estate: Estate = sandbox): Promise<ProgramRun> =>
  runProgram({ name: 'customers', program }, estate, { now: NOW });

/** Inputs of a resource by its name in the program. */
function inputsOf({ resources }: ProgramRun, name: string): ProgramResource['inputs'] {
  const found = resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`no resource ${name}`);
  return found.inputs;
}

const keyOf = ({ resources }: ProgramRun, name: string): string | undefined =>
  resources.find((resource) => resource.name === name)?.key;

test('runs both programs of the sandbox without a failure or a warning', async () => {
  const { day, programs } = await runPrograms(sandbox, { now: NOW });
  expect(day).toBe('2026-11-25');
  expect(programs.map(({ stack, failure, warnings }) => ({ stack, failure, warnings }))).toEqual([
    { stack: 'sandbox-customers', failure: undefined, warnings: [] },
    { stack: 'sandbox-workforce', failure: undefined, warnings: [] },
  ]);
  const types = programs.flatMap(({ resources }) => resources.map(({ type }) => type));
  expect(types.filter((type) => type === 'entragraph:index:UserFlow')).toHaveLength(4);
  expect(types.filter((type) => type === 'azuread:index/group:Group')).toHaveLength(7);
});

test('the same estate on the same day gives the same facts, also after another one', async () => {
  const options = { now: NOW };
  const first = await runPrograms(sandbox, options);
  await runPrograms({ ...sandbox, name: 'other' }, { ...options, now: new Date('2027-05-01T00:00:00Z') });
  expect(await runPrograms(sandbox, options)).toEqual(first);
});

test('the day decides which secrets there are', async () => {
  const secretsOn = async (day: string) => {
    const { programs } = await runPrograms(sandbox, { now: new Date(day) });
    const resources = programs.flatMap((program) => program.resources);
    return resources.filter(({ type }) => type.endsWith(':ApplicationPassword')).map(({ inputs }) => inputs['endDate']);
  };
  expect(await secretsOn('2026-11-25')).toEqual(['2026-12-27T00:00:00Z', '2027-06-25T00:00:00Z']);
  expect(await secretsOn('2027-01-25')).toEqual(['2027-12-22T00:00:00Z', '2027-06-25T00:00:00Z']);
});

test('runs no program of a section that the estate lacks', async () => {
  const { programs } = await runPrograms({ name: 'demo', setAside: sandbox.setAside }, { now: NOW });
  expect(programs).toEqual([]);
});

test('tells which output of which resource an input is, alone or within a text', async () => {
  const facts = await run(() => {
    const application = new azuread.Application('app', { displayName: 'Portal' });
    new azuread.ServicePrincipal('principal', {
      clientId: application.clientId,
      notes: pulumi.interpolate`made for ${application.clientId}.`,
    });
    return {};
  });
  const reference = { $ref: keyOf(facts, 'app'), property: 'clientId' };
  expect(inputsOf(facts, 'principal')).toEqual({
    clientId: reference,
    notes: { $text: ['made for ', reference, '.'] },
  });
});

test('a secret is masked wherever it goes, and what only the deployment knows is unknown', async () => {
  const facts = await run(() => {
    const application = new azuread.Application('app', { displayName: 'Portal' });
    const password = new azuread.ApplicationPassword('password', { applicationId: application.id });
    new azuread.Application('other', {
      displayName: pulumi.interpolate`holds ${password.value}`,
      description: pulumi.secret('planted-secret'),
      notes: application.appRoleIds.apply((ids) => ids['User'] ?? ''),
      tags: ['plain', pulumi.secret('planted-secret')],
    });
    return {};
  });
  expect(inputsOf(facts, 'other')).toEqual({
    displayName: { $secret: true },
    description: { $secret: true },
    notes: { $unknown: true },
    tags: ['plain', { $secret: true }],
  });
  expect(JSON.stringify(facts)).not.toContain('planted-secret');
});

test('knows the component, what a resource waits for, its earlier names, and whether it would stay', async () => {
  const facts = await run(() => {
    const component = new pulumi.ComponentResource('identity:test:Part', 'part');
    const first = new azuread.Group('first', { displayName: 'First', securityEnabled: true }, { parent: component });
    const options = { parent: component, dependsOn: [first], aliases: [{ name: 'former' }], retainOnDelete: true };
    new azuread.Group('second', { displayName: 'Second', securityEnabled: true }, options);
    return {};
  });
  const second = facts.resources.find(({ name }) => name === 'second');
  expect(second).toMatchObject({
    kind: 'resource',
    parent: keyOf(facts, 'part'),
    dependsOn: [keyOf(facts, 'first')],
    aliases: [keyOf(facts, 'second')?.replace(/second$/, 'former')],
    retainOnDelete: true,
  });
});

test('a lookup by what a resource gives has the name of the resource', async () => {
  const facts = await run(() => {
    const application = new azuread.Application('api', { displayName: 'API' });
    return { clientId: azuread.getApplicationOutput({ objectId: application.objectId }).clientId };
  });
  const application = facts.resources.find(({ kind }) => kind === 'resource');
  const lookup = facts.resources.find(({ kind }) => kind === 'lookup');
  expect(lookup).toMatchObject({ name: 'api', inputs: { objectId: { $ref: application?.key, property: 'objectId' } } });
});

test('a function of a provider is a lookup, and what comes of it refers to it', async () => {
  const facts = await run(() => {
    const group = azuread.getGroupOutput({ displayName: 'Auditors' });
    new azuread.AppRoleAssignment('assignment', {
      appRoleId: '00000000-0000-0000-0000-000000000000',
      principalObjectId: group.objectId,
      resourceObjectId: 'service',
    });
    return {};
  });
  const lookup = facts.resources.find(({ kind }) => kind === 'lookup');
  expect(lookup).toMatchObject({ name: 'Auditors', inputs: { displayName: 'Auditors' } });
  expect(inputsOf(facts, 'assignment')['principalObjectId']).toEqual({ $ref: lookup?.key, property: 'objectId' });
});

test('a program that throws says why, and the next one is not touched', async () => {
  const failed = await run(() => {
    new azuread.Group('group', { displayName: 'Group', securityEnabled: true });
    throw new pulumi.RunError('no such thing');
  });
  expect(failed).toMatchObject({ failure: 'no such thing', resources: [{ name: 'group' }] });
  const next = await run(() => ({}));
  expect(next).toEqual({ program: 'customers', stack: 'sandbox-customers', resources: [], warnings: [] });
});

// In a process of its own: jest takes unhandled rejections for itself.
test.each(['apply', 'promise'])('a program that fails later says why, and the next one is not touched: %s', (where) => {
  const args = ['--import', pathToFileURL(require.resolve('tsx')).href, FAILING_PROGRAM, where];
  const stdout = execFileSync(process.execPath, args, { encoding: 'utf8' });
  expect(JSON.parse(stdout)).toEqual([expect.stringMatching(/(^|: )no such thing$/), null]);
});

test('what a program tells the person who deploys is a warning', async () => {
  const { warnings } = await run((_, { warn }) => {
    warn('it ends soon');
    return {};
  });
  expect(warnings).toEqual(['it ends soon']);
});

test('a token that ends soon, or has ended, is a warning', async () => {
  const runWith = async (tokenExpires: string): Promise<ProgramRun | undefined> => {
    const { programs } = await runPrograms(planFiles(sandboxFiles({ tokenExpires })).estate, { now: NOW });
    return programs.find(({ program }) => program === 'workforce');
  };
  expect((await runWith('2026-12-31'))?.warnings.join()).toContain('the SCIM token ends on 2026-12-31');
  expect((await runWith('2026-11-01'))?.warnings.join()).toContain('the SCIM token ended on 2026-11-01');
});
