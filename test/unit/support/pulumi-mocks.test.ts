import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { MOCKED_SECRET, runProgram } from '../../support/pulumi-mocks';

class Parent extends pulumi.ComponentResource {
  constructor(name: string) {
    super('test:index:Parent', name);
  }
}

const APPLICATION = 'azuread:index/application:Application';
const PASSWORD = 'azuread:index/applicationPassword:ApplicationPassword';

const program = () => {
  const parent = new Parent('web');
  const application = new azuread.Application('app', { displayName: 'App' }, { parent });
  const notes = pulumi.secret('hidden');
  new azuread.Application('other', { displayName: 'Other', notes }, { dependsOn: [application] });
  const password = new azuread.ApplicationPassword('password', { applicationId: application.id });
  return { clientId: application.clientId, nested: { secret: password.value }, plain: [1] };
};

test('tells parent, inputs, dependencies and secrets of what a program registers', async () => {
  const run = await runProgram(program, { stack: 'a-b' });
  const [parent, application] = [run.one('test:index:Parent'), run.one(APPLICATION, 'app')];
  expect(application).toMatchObject({ parent: parent.urn, inputs: { displayName: 'App' }, secretInputs: [] });
  expect(run.one(APPLICATION, 'other')).toMatchObject({
    inputs: { notes: 'hidden' },
    secretInputs: ['notes'],
    dependencies: [application.urn],
  });
  expect(run.one(PASSWORD)).toMatchObject({
    inputs: { applicationId: '/applications/object-of-app' },
    secretOutputs: ['value'],
    dependencies: [application.urn],
  });
  expect(run.outputs).toEqual({ clientId: 'client-of-app', nested: { secret: MOCKED_SECRET }, plain: [1] });
  expect(run.secretOutputs).toEqual(['nested']);
  expect(application.urn).toContain('urn:pulumi:a-b::entra-aws-identity::');
});

test('runs again from scratch, with another configuration and other outputs', async () => {
  const read = () => ({ tenant: new pulumi.Config('azuread').get('tenantId') ?? 'none' });
  expect((await runProgram(read, { config: { 'azuread:tenantId': 't' } })).outputs).toEqual({ tenant: 't' });
  const run = await runProgram(program, { newResource: { [APPLICATION]: () => ({ id: 'x', clientId: 'mine' }) } });
  expect(run.outputs['clientId']).toBe('mine');
  expect(run.resources).toHaveLength(4);
  expect((await runProgram(read)).outputs).toEqual({ tenant: 'none' });
});

test('fails by the name of a function that has no mock, and by what the program throws', async () => {
  const lookup = () => ({ id: azuread.getGroupOutput({ displayName: 'x' }).objectId });
  await expect(runProgram(lookup)).rejects.toThrow('no mock for azuread:index/getGroup:getGroup');
  const refuse = () => {
    throw new Error('refused');
  };
  await expect(runProgram(refuse)).rejects.toThrow('refused');
});
