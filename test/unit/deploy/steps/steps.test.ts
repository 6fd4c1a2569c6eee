import { parse } from 'yaml';
import { allCommands } from '../../../../src/cli/commands';
import { type CommandResult, shellLine } from '../../../../src/deploy/steps/command';
import { renderPlan } from '../../../../src/deploy/steps/run-steps';
import type { Check, DeploymentOptions, Step } from '../../../../src/deploy/steps/step';
import { deploymentSteps } from '../../../../src/deploy/steps/steps';
import { ESTATE_FILE, STEPS_FILE } from '../../../../src/estate/source/estate-folder';
import type { EstateFile } from '../../../../src/estate/sections/estate-schema';
import { estateFile } from '../../../support/estate-file';
import type { EstateFiles } from '../../../support/large-estate';
import { stateInS3 } from '../../../support/pipeline';
import { delegatedSandbox, hostedSandboxFiles, planFiles, withRecords } from '../../../support/sandbox';
import { sandboxSteps } from '../../../support/deploy/steps/sandbox-clouds';

function filesOf(edit: (estate: EstateFile) => void): EstateFiles {
  const files = hostedSandboxFiles();
  const estate = estateFile(parse(files[ESTATE_FILE] ?? ''));
  edit(estate);
  return { ...files, [ESTATE_FILE]: JSON.stringify(estate) };
}

function stepsOf(edit: (estate: EstateFile) => void, options: Partial<DeploymentOptions> = {}): readonly Step[] {
  return deploymentSteps(planFiles(filesOf(edit)), { yes: false, ...options });
}

const idsOf = (steps: readonly Step[]): readonly string[] => steps.map(({ id }) => id);

const without =
  (...sections: readonly (keyof EstateFile)[]) =>
  (estate: EstateFile): void => {
    for (const section of sections) Reflect.deleteProperty(estate, section);
  };

test('every step comes after those that it needs', () => {
  const ids = idsOf(sandboxSteps());
  for (const { id, needs } of sandboxSteps()) {
    for (const need of needs)
      expect([need, ids.indexOf(need) >= 0 && ids.indexOf(need) < ids.indexOf(id)]).toEqual([need, true]);
  }
});

test('the access of both accounts counts: a second stack that failed is recovered, one that can not be asked is unknown', () => {
  const steps = deploymentSteps(planFiles(delegatedSandbox()), { yes: false });
  const step = steps.find(({ id }) => id === 'access');
  if (step === undefined || !Array.isArray(step.verification)) throw new Error('no checks of access');
  const [first, second] = step.verification as readonly Check[];
  const stack = 'sandbox-access-management in 210000000001';
  const say = (stdout: string, code = 0) => second?.read({ code, stdout, stderr: code === 1 ? 'no role' : '' });
  expect(first?.command.words).toContain("Stacks[?StackName=='sandbox-access'].StackStatus");
  expect(second && shellLine(second.command)).toContain(
    'deploy repair stacks --estate sandbox --stack sandbox-access-management --check',
  );
  expect(say(`${stack}: UPDATE_COMPLETE\n`)).toEqual({ state: 'done' });
  expect(say(`${stack}: not deployed\n`)).toEqual({ state: 'pending', why: 'never deployed' });
  expect(say(`${stack}: ROLLBACK_COMPLETE\n`, 1)).toMatchObject({ state: 'pending', isBroken: true });
  expect(say('', 1)).toEqual({ state: 'unknown', why: 'no role' });
});

test('every command of this program is one of its commands', async () => {
  const lines = [...renderPlan(sandboxSteps()).matchAll(/npx --no entra-aws (.*?) --/g)];
  const names = new Set(
    lines.map(([, words = '']) => words.replace(/^(steps) .*| (?:access|stacks|customers|workforce)$/, '$1')),
  );
  const known = Object.values(await allCommands()).flatMap((commands) =>
    commands.flatMap(({ definition, parts }) => [
      definition.name(),
      ...parts.map((part) => `${definition.name()} ${part.definition.name()}`),
    ]),
  );
  expect(names.size).toBeGreaterThan(8);
  expect([...names].filter((name) => !known.includes(name))).toEqual([]);
});

test.each([
  [
    'customers and their hosting',
    without('workforce', 'access', 'azure', 'pipeline'),
    [
      'pulumi-stacks',
      'customers',
      'user-flows',
      'hosting-bootstrap',
      'hosting-data',
      'handoff',
      'hosting',
      'redirect-uris',
    ],
  ],
  [
    'access alone',
    without('workforce', 'customers', 'azure', 'hosting', 'pipeline'),
    [
      'snapshot',
      'review',
      'preflight',
      'access-bootstrap',
      'stack-sets',
      'policies',
      'access',
      'revoked',
      'policies-removed',
      'assignments',
    ],
  ],
  [
    'customers alone',
    without('workforce', 'access', 'hosting', 'pipeline'),
    [
      'directory',
      'preview-environment',
      'azure',
      'preview-trust',
      'deploy-trust',
      'azure-logs',
      'pulumi-stacks',
      'customers',
      'user-flows',
    ],
  ],
])('an estate with %s has their steps alone', (_what, edit, expected) => {
  expect(idsOf(stepsOf(edit))).toEqual(expected);
});

test('what a person sets in user flows is done with a record of each, and named until then', () => {
  const ofFlows = (steps: readonly Step[]) => steps.find(({ id }) => id === 'user-flows')?.verification;
  expect(ofFlows(sandboxSteps())).toEqual({ state: 'done' });
  expect(ofFlows(stepsOf(() => undefined))).toEqual({
    state: 'pending',
    why:
      'no record of B2C_1_signupsignin1/claims, B2C_1_signupsignin1_mfa/multifactor, B2C_1_signupsignin1_mfa/claims, ' +
      'B2C_1_profileediting1/claims, B2C_1_passwordreset1/claims',
  });
});

test('an external tenant is made by a person, and is there when its sign-in tells of itself', () => {
  const steps = stepsOf(({ customers }) => {
    if (customers !== undefined) customers.directoryType = 'external-id';
  });
  const step = steps.find(({ id }) => id === 'directory');
  expect(step?.title).toBe('the external tenant contosoclaims.onmicrosoft.com, once');
  expect(step).toMatchObject({
    todo: [expect.stringContaining('Manage tenants > Create > External'), expect.anything(), expect.anything()],
  });
  const [check] = step?.verification as readonly Check[];
  const read = (result: Partial<CommandResult>) => check?.read({ code: 1, stdout: '', stderr: '', ...result });
  expect(check && shellLine(check.command)).toContain('https://contosoclaims.ciamlogin.com/c1a6d0f4');
  expect(read({ code: 0, stdout: 'https://…' })).toEqual({ state: 'done' });
  expect(read({ stderr: 'ERROR: Bad Request({"error":"invalid_tenant"})' })).toMatchObject({ state: 'pending' });
  expect(read({ stderr: 'az: command not found' })).toMatchObject({ state: 'unknown' });
  expect(idsOf(steps)).toContain('azure-customers');
});

test('an estate whose previews take no review needs no environment for them, and says whom the identity trusts', () => {
  const steps = stepsOf(({ azure }) => {
    if (azure !== undefined) azure.previewTrust = 'pull_request';
  });
  expect(idsOf(steps)).not.toContain('preview-environment');
  expect(steps.find(({ id }) => id === 'preview-trust')?.isDoneWhen).toBe(
    'it trusts repo:insurance/identity:pull_request and repo:insurance/identity:ref:refs/heads/main alone, of https://token.actions.githubusercontent.com for api://AzureADTokenExchange',
  );
});

test('an environment is asked for by the name of the repository, without the ids that tokens have', () => {
  const steps = stepsOf(({ azure }) => {
    if (azure !== undefined) azure.repository = 'insurance@12/identity@345';
  });
  const [check] = steps.find(({ id }) => id === 'preview-environment')?.verification as readonly Check[];
  expect(check && shellLine(check.command)).toBe('gh api repos/insurance/identity/environments/preview');
});

test('provisioning that the estate does not have yet is a step of a person', () => {
  const steps = stepsOf(({ workforce }) => {
    delete workforce?.awsApplication?.scim;
  });
  expect(steps.find(({ id }) => id === 'identity-source')?.verification).toEqual({
    state: 'pending',
    why: 'the estate has no workforce.awsApplication.scim',
  });
});

test('an application that the estate does not have yet is one too', () => {
  const steps = stepsOf(({ workforce }) => {
    delete workforce?.awsApplication;
  });
  expect(steps.find(({ id }) => id === 'identity-center')?.verification).toMatchObject({ state: 'pending' });
  expect(idsOf(steps)).not.toContain('scim');
});

test('steps of the AWS console stay where an estate grants nothing yet', () => {
  const steps = stepsOf(({ access, ...draft }) => {
    if (access === undefined) throw new Error('the sandbox grants access');
    delete (draft as { access?: unknown }).access;
  });
  expect(idsOf(steps)).toEqual(expect.arrayContaining(['identity-center', 'identity-source', 'scim']));
  expect(JSON.stringify(steps.find(({ id }) => id === 'scim')?.verification)).toContain('"d-93670a1b2c"');
});

describe('what a person does in the AWS console', () => {
  const verificationOf = (id: string, files: EstateFiles) =>
    deploymentSteps(planFiles(files), { yes: false }).find((step) => step.id === id)?.verification;
  const whole = filesOf(() => undefined);

  test('is not done because the estate has its addresses: a record is missing', () => {
    expect(verificationOf('identity-center', whole)).toMatchObject({ state: 'pending' });
    expect(verificationOf('identity-source', whole)).toEqual({
      state: 'pending',
      why: 'no record of identity-center/identity-source, identity-center/metadata, identity-center/provisioning',
    });
  });

  test('is recorded, and AWS and Entra ID are asked then', () => {
    const recorded = withRecords(whole);
    const linesOf = (id: string) =>
      (verificationOf(id, recorded) as readonly Check[]).map(({ command }) => shellLine(command));
    expect(linesOf('identity-center').join()).toContain('list-instances --output text');
    expect(linesOf('identity-source').join()).toContain('doctor --estate sandbox --only saml-upload --strict');
  });

  test('is open again where the endpoint changed, or where the record says nothing of the certificate', () => {
    const old = withRecords(whole)[STEPS_FILE] ?? '';
    const moved = filesOf(({ workforce }) => {
      const scim = workforce?.awsApplication?.scim;
      if (scim !== undefined) scim.endpoint = 'https://scim.eu-west-1.amazonaws.com/another/scim/v2';
    });
    const unsaid = old.replace(/,"thumbprints":\[[^\]]*\]/, '');
    expect(verificationOf('identity-source', { ...moved, [STEPS_FILE]: old })).toMatchObject({
      why: 'no record of identity-center/provisioning',
    });
    expect(verificationOf('identity-source', { ...whole, [STEPS_FILE]: unsaid })).toMatchObject({
      why: 'no record of identity-center/metadata',
    });
  });
});

describe('where somebody makes users and groups at AWS', () => {
  const files = () =>
    filesOf(({ workforce }) => {
      if (workforce?.awsApplication === undefined) throw new Error('the sandbox has an application');
      delete workforce.awsApplication.scim;
      workforce.awsApplication.manualProvisioning = 'The platform team creates them.';
    });
  const steps = () => deploymentSteps(planFiles(withRecords(files())), { yes: false });

  test('no step waits for provisioning, and the groups at AWS are the proof', () => {
    expect(planFiles(files()).steps.map(({ id }) => id)).not.toContain('identity-center/provisioning');
    expect(steps().find(({ id }) => id === 'identity-source')?.verification).toHaveLength(1);
    const scim = steps().find(({ id }) => id === 'scim');
    expect(JSON.stringify(scim?.verification)).toContain('list-groups');
    expect(JSON.stringify(scim)).not.toContain('provisions every 40 minutes');
  });
});

test('what ACCEPT takes away, and the way in without it, is said before it', () => {
  const step = stepsOf(() => undefined).find(({ id }) => id === 'identity-source');
  const todo = step && 'todo' in step ? step.todo.join('\n') : '';
  const [before = '', after] = todo.split('type ACCEPT.');
  expect(after).toBeDefined();
  for (const price of ['can no longer sign in', 'second factors are deleted', 'managed in Entra ID', 'emergency'])
    expect(before).toContain(price);
});

test('--yes lets the engines go on without asking', () => {
  const lines = stepsOf(() => undefined, { yes: true }).flatMap((step) =>
    'commands' in step ? step.commands.map(shellLine) : [],
  );
  expect(lines).toContain('pulumi up --yes --stack sandbox-customers');
  expect(lines).toContain(
    'npx --no cdk deploy -c estate=sandbox --require-approval never --exclusively sandbox-hosting',
  );
});

test('estates of another folder are named to every command of this project, to the CDK and to the stacks of Pulumi', () => {
  const plan = renderPlan(stepsOf(() => undefined, { estates: '../team/estates' }));
  const lines = plan
    .split('\n')
    .filter((line) => /npx --no (?:entra-aws [a-z -]+ --estate|cdk \w+ -c estate)/.test(line));
  expect(lines.length).toBeGreaterThan(12);
  for (const line of lines)
    expect(line).toMatch(/ --estate sandbox --estates \.\.\/team\/estates| -c estates=\.\.\/team\/estates/);
  expect(plan).toContain('  ? git status --porcelain -- ../team/estates/sandbox\n');
  for (const stack of ['sandbox-customers', 'sandbox-workforce']) {
    expect(plan).toContain(`    $ pulumi config set --stack ${stack} estates ../team/estates\n`);
    expect(plan).toContain(`  ? pulumi config get estates --stack ${stack}\n`);
  }
});

test('a stack of Pulumi that reads another folder of estates is not done', () => {
  const [first] = stepsOf(() => undefined, { estates: 'elsewhere' }).filter(({ id }) => id === 'pulumi-stacks');
  const [, check] = first?.verification as readonly Check[];
  const read = (code: number, stdout: string) => check?.read({ code, stdout, stderr: '' });
  expect(read(0, 'elsewhere\n')).toEqual({ state: 'done' });
  const why =
    'run pulumi config set --stack sandbox-customers estates elsewhere and commit Pulumi.sandbox-customers.yaml';
  expect(read(0, 'estates\n')).toEqual({ state: 'pending', why });
  expect(read(255, '')).toEqual({ state: 'pending', why });
});

describe('the values that Bicep gets', () => {
  const azureOf = (edit: (estate: EstateFile) => void) => {
    const step = stepsOf(edit, { bicep: { folder: 'node_modules/x/bicep', digest: '1f' } }).find(
      ({ id }) => id === 'azure',
    );
    const [file] = step?.files ?? [];
    if (step === undefined || !('commands' in step) || file === undefined) throw new Error('no values');
    const { parameters } = JSON.parse(file.text) as { parameters: Record<string, { value: unknown }> };
    return {
      step,
      file,
      values: Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value])),
    };
  };

  test('stand in a file that the command names, and are those of the estate', () => {
    const { step, file, values } = azureOf(() => undefined);
    expect(step.commands.map(shellLine).join()).toContain(
      `--template-file node_modules/x/bicep/main.bicep --parameters ${file.path}`,
    );
    expect(renderPlan([step])).toContain(`  ${file.path}:\n    {\n`);
    expect(values).toMatchObject({
      ...{ location: 'westeurope', resourceGroupName: 'identity-sandbox', logRetentionDays: 365, files: '1f' },
      ...{ b2cDirectory: { name: 'contosoclaims' }, deployDirectory: false },
      trusted: {
        deploy: [{ name: 'github-environment-sandbox', subject: 'repo:insurance/identity:environment:sandbox' }],
      },
    });
  });

  test('are as large for an estate of any size, and name nobody', () => {
    const { file } = azureOf(() => undefined);
    const grown = azureOf(({ workforce }) => {
      for (let count = 0; count < 300; count += 1) workforce?.groups.push({ name: `Group ${count}` });
    });
    expect(grown.file.text).toBe(file.text);
  });

  test('have no directory where Bicep makes none', () => {
    const external = azureOf(({ customers }) => {
      if (customers !== undefined) customers.directoryType = 'external-id';
    });
    expect([external.values['b2cDirectory'], azureOf(without('customers', 'hosting')).values['b2cDirectory']]).toEqual([
      null,
      null,
    ]);
  });
});

test('a state in S3 comes before the stacks that it keeps, by a profile of its own', () => {
  const profiles = { hostingProfile: 'hosting', stateProfile: 'tools' };
  const steps = stepsOf(stateInS3, profiles);
  expect(idsOf(steps).slice(0, 3)).toEqual(['state-bootstrap', 'pulumi-state', 'pulumi-stacks']);
  expect(idsOf(steps)).toContain('state-pipeline');
  const linesOf = (id: string): readonly string[] =>
    steps.flatMap((step) => (step.id === id && 'commands' in step ? step.commands.map(shellLine) : []));
  expect(linesOf('workforce')).toEqual(['AWS_PROFILE=tools pulumi up --stack sandbox-workforce']);
  expect(linesOf('handoff')).toEqual([
    'PULUMI_STATE_AWS_PROFILE=tools AWS_PROFILE=hosting npx --no entra-aws deploy handoff --estate sandbox',
  ]);
  const stacks = steps.find(({ id }) => id === 'pulumi-stacks');
  expect(stacks && 'todo' in stacks ? stacks.todo.slice(0, 2) : []).toEqual([
    "$ pulumi login 's3://insurance-pulumi?region=eu-central-1'",
    "$ pulumi stack init sandbox-customers --secrets-provider 'awskms:///arn:aws:kms:eu-central-1:210000000009:alias/insurance-pulumi?region=eu-central-1'",
  ]);
});
