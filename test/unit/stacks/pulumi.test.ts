import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { Estate } from '../../../src/estate/sections/estate';
import { checkSection, checkStackConfig, rootFolder, type StackConfig } from '../../../stacks/entra/stack-settings';
import { customersEstate, TENANT } from '../../support/customers-estate';
import { type MockedRun, type MockOptions, runProgram } from '../../support/pulumi-mocks';
import { EXAMPLE, REPOSITORY } from '../../support/repository';

const SANDBOX_TENANT = 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73';

// The program goes to the folder of Pulumi.yaml, and other suites of the worker are not to follow.
afterEach(() => {
  process.chdir(REPOSITORY);
});

/** Runs the program of Pulumi.yaml as the engine does: its file is loaded, in a stack with a configuration. */
function load(stack: string, options: MockOptions): Promise<MockedRun> {
  const program = (): unknown => {
    let outputs: unknown;
    jest.isolateModules(() => {
      jest.doMock(
        '@pulumi/pulumi',
        () => Object.create(pulumi, { getRootDirectory: { value: () => EXAMPLE } }) as unknown,
      );
      outputs = jest.requireActual('../../../stacks/pulumi');
    });
    return outputs;
  };
  return runProgram(program, { stack, ...options });
}

const customers = {
  'entra-aws-identity:estate': 'sandbox',
  'entra-aws-identity:program': 'customers',
  'azuread:tenantId': SANDBOX_TENANT,
};

test('the customers program of the sandbox registers every flow of the estate', async () => {
  const run = await load('sandbox-customers', { config: customers });
  const flows = run.resources.filter(({ type }) => type === 'entragraph:index:UserFlow');
  expect(flows.map(({ inputs }) => inputs['userFlowId'])).toEqual([
    'B2C_1_passwordreset1',
    'B2C_1_profileediting1',
    'B2C_1_signupsignin1',
    'B2C_1_signupsignin1_mfa',
  ]);
  expect(run.outputs['tenantId']).toBe(SANDBOX_TENANT);
});

test('finds the estates in the folder of Pulumi.yaml, wherever Pulumi starts it', async () => {
  process.chdir(tmpdir());
  const run = await load('sandbox-customers', { config: customers });
  expect(run.outputs['tenantId']).toBe(SANDBOX_TENANT);
});

/** Message of the entry; a run that is refused has registered nothing and asked nobody. */
async function refusal(stack: string, config: Readonly<Record<string, string>>): Promise<string> {
  const requests: string[] = [];
  const onRequest = (token: string): number => requests.push(token);
  const error: unknown = await load(stack, { config, onRequest }).catch((reason: unknown) => reason);
  expect(requests).toEqual([]);
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  return (error as Error).message;
}

test('a stack without configuration is told everything that is missing, at once', async () => {
  expect((await refusal('sandbox-customers', {})).split('\n')).toEqual([
    "The stack 'sandbox-customers' can't be deployed:",
    expect.stringMatching(/^ {2}the config `estate` is not set \(estates: .*'sandbox'/),
    "  the config `program` is not set (programs: 'customers', 'workforce'); `pulumi config set program <name>`",
    '  azuread:tenantId is not set; it is the directory that the stack deploys to, `tenantId` of its section in the estate: ' +
      '`pulumi config set azuread:tenantId <id>`',
  ]);
});

test('the config `estates` names another folder of estates', async () => {
  const config = { ...customers, 'entra-aws-identity:estates': relative(EXAMPLE, join(REPOSITORY, 'test/estates')) };
  expect(await refusal('sandbox-customers', config)).toContain("the estate 'sandbox' is unknown (estates: 'external')");
});

test.each(['sandbox-workforce', 'production-customers', 'sandbox', 'Sandbox-customers'])(
  "the stack '%s' takes no other estate or program than its own",
  async (stack) => {
    expect(await refusal(stack, customers)).toBe(
      `The stack '${stack}' can't be deployed:\n` +
        "  the estate 'sandbox' and the program 'customers' belong to the stack 'sandbox-customers'; " +
        'select that one, or correct the config `estate` or `program`',
    );
  },
);

test('a tenant that is not the section’s is refused before anything is registered', async () => {
  const config = { ...customers, 'azuread:tenantId': '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11' };
  expect(await refusal('sandbox-customers', config)).toBe(
    "The stack 'sandbox-customers' can't be deployed:\n" +
      "  azuread:tenantId is '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11', but customers.tenantId of the estate 'sandbox' is " +
      `'${SANDBOX_TENANT}'; they must be the same, since the resources of one directory mean nothing in another`,
  );
});

const settings: StackConfig = {
  stack: 'sandbox-customers',
  estate: 'sandbox',
  estates: 'estates',
  program: 'customers',
  tenantId: TENANT,
};

test('an unknown estate and an unknown program name what there is', () => {
  const unknown: StackConfig = { ...settings, estate: 'sandbx', program: 'workfroce' };
  expect(() => checkStackConfig(unknown, ['acme', 'sandbox'])).toThrow(
    [
      "The stack 'sandbox-customers' can't be deployed:",
      "  the estate 'sandbx' is unknown, did you mean 'sandbox'? (estates: 'acme', 'sandbox')",
      "  the program 'workfroce' is unknown, did you mean 'workforce'? (programs: 'customers', 'workforce')",
    ].join('\n'),
  );
});

test.each(['', ' '])("a key that is set to '%s' is not set", (empty) => {
  expect(() => checkStackConfig({ ...settings, tenantId: empty }, ['sandbox'])).toThrow('azuread:tenantId is not set');
  expect(() => checkStackConfig({ ...settings, estate: empty }, ['sandbox'])).toThrow('config `estate` is not set');
});

test('without any estate it says so', () => {
  expect(() => checkStackConfig(settings, [])).toThrow("the estate 'sandbox' is unknown (estates: none)");
});

test('names of objects that every table has are no programs', () => {
  expect(() => checkStackConfig({ ...settings, program: 'constructor' }, ['sandbox'])).toThrow(
    "the program 'constructor' is unknown",
  );
});

test('a tenant id may be written in capital letters', () => {
  const checked = checkStackConfig({ ...settings, tenantId: TENANT.toUpperCase() }, ['sandbox']);
  expect(() => {
    checkSection(customersEstate(), checked);
  }).not.toThrow();
});

test('an estate without the section of the program is refused', () => {
  const estate: Estate = {
    name: 'sandbox',
    setAside: { permissionSets: new Set(), groups: new Set(), policies: new Set() },
  };
  expect(() => {
    checkSection(estate, checkStackConfig(settings, ['sandbox']));
  }).toThrow("estates/sandbox/estate.yaml has no section 'customers'");
});

test('a section that names no tenant takes the one of the stack', () => {
  const estate: Estate = { ...customersEstate(), workforce: { groups: [] } };
  const workforce = { ...settings, stack: 'sandbox-workforce', program: 'workforce' };
  expect(() => {
    checkSection(estate, checkStackConfig(workforce, ['sandbox']));
  }).not.toThrow();
});

test.each([
  ['', '.'],
  ['/work/team', '/work/team'],
])('runs in the folder that the engine tells: %j', (told, folder) => {
  expect(rootFolder(told)).toBe(folder);
});

test('says what to do about an engine that tells none', () => {
  // What the library has where a host is silent.
  const read = () => rootFolder('rootDirectory');
  expect(read).toThrow('The Pulumi CLI is too old: it does not say where Pulumi.yaml is. Install the newest one.');
});
