import { shellLine } from '../../../../src/deploy/steps/command';
import { runSteps, showStatus } from '../../../../src/deploy/steps/run-steps';
import { runnable, type Step, type StepId } from '../../../../src/deploy/steps/step';
import { BY_HAND, SandboxClouds, sandboxSteps } from '../../../support/deploy/steps/sandbox-clouds';

const steps = sandboxSteps();
const ids = steps.map(({ id }) => id);
const byCommands = steps.flatMap((step) =>
  'commands' in step ? [[step.id, runnable(step).map(shellLine)] as const] : [],
);

function clouds(...done: readonly StepId[]): SandboxClouds {
  const made = new SandboxClouds();
  for (const id of done) made.done.add(id);
  return made;
}

/** Steps that need this one, directly or not. */
function dependants(id: StepId): ReadonlySet<StepId> {
  const found = new Set<StepId>();
  for (const step of steps) if (step.needs.some((need) => need === id || found.has(need))) found.add(step.id);
  return found;
}

const isRecovery = (line: string): boolean => line.includes('entra-aws deploy repair') && !line.includes('--check');

test.each(['ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_FAILED'])(
  'a stack that is %s is recovered before it is deployed',
  async (status) => {
    const world = clouds(...ids.filter((id) => id !== 'access'));
    const read = world.read;
    world.read = (command) =>
      shellLine(command).includes("'sandbox-access'") && command.words.includes('describe-stacks')
        ? Promise.resolve({ code: 0, stdout: `${status}\n`, stderr: '' })
        : read(command);
    await runSteps(steps, world);
    expect(world.ran).toEqual([
      'AWS_PROFILE=management npx --no entra-aws deploy repair stacks --estate sandbox --stack sandbox-access',
      'AWS_PROFILE=management npx --no entra-aws deploy revoke --estate sandbox',
      'AWS_PROFILE=management npx --no entra-aws deploy roll-out --estate sandbox --access',
      'AWS_PROFILE=management npx --no cdk deploy -c estate=sandbox --exclusively sandbox-access',
    ]);
  },
);

test.each([
  [
    'is locked',
    {
      code: 255,
      stdout: '',
      stderr: 'error: the stack is currently locked by 1 lock(s).\n  1.json: created by ada@laptop\n',
    },
  ],
  [
    'has operations that were interrupted',
    {
      code: 0,
      stdout: JSON.stringify({
        steps: [{ op: 'create', urn: 'urn' }],
        diagnostics: [
          { severity: 'warning', message: '  * urn:pulumi:s::p::a:b:Group::A, interrupted while creating' },
        ],
      }),
      stderr: '',
    },
  ],
])('a program whose stack %s is recovered before it is deployed', async (_, answer) => {
  const world = clouds(...ids.filter((id) => id !== 'workforce'));
  const read = world.read;
  world.read = (command) =>
    command.words.includes('preview') && command.words.includes('sandbox-workforce')
      ? Promise.resolve(answer)
      : read(command);
  await runSteps(steps, world);
  expect(world.ran).toEqual([
    'npx --no entra-aws deploy repair workforce --estate sandbox --remove-spare',
    'pulumi up --stack sandbox-workforce',
    'npx --no entra-aws deploy repair workforce --estate sandbox --check',
  ]);
});

test('a program that was deployed and made a name stand twice is not done, nor is anything after it', async () => {
  const world = clouds(...BY_HAND);
  const proof = 'npx --no entra-aws deploy repair customers --estate sandbox --check';
  const { run } = world;
  world.run = async (command) => {
    const code = await run(command);
    return shellLine(command) === proof ? 1 : code;
  };
  const states = await runSteps(steps, world);
  expect([...states].at(-1)).toEqual(['customers', 'failed']);
  expect(world.ran.slice(-2)).toEqual(['pulumi up --stack sandbox-customers', proof]);
});

test('where every step of a person is done, one run does the others, in their order', async () => {
  const world = clouds(...BY_HAND);
  const states = await runSteps(steps, world);
  expect([...states]).toEqual(ids.map((id) => [id, 'done']));
  expect(world.ran).toMatchInlineSnapshot(`
    [
      "az deployment sub create --name identity-sandbox --subscription 8d3e5b70-4f19-4a6c-b2d8-1e7c0f9a6352 --location westeurope --template-file bicep/main.bicep --parameters node_modules/.cache/entra-aws/identity-sandbox.parameters.json",
      "pulumi up --stack sandbox-customers",
      "npx --no entra-aws deploy repair customers --estate sandbox --check",
      "pulumi up --stack sandbox-workforce",
      "npx --no entra-aws deploy repair workforce --estate sandbox --check",
      "AWS_PROFILE=management npx --no entra-aws snapshot --estate sandbox --region eu-west-1",
      "AWS_PROFILE=management npx --no entra-aws preview --estate sandbox",
      "AWS_PROFILE=management npx --no cdk bootstrap aws://210000000001/eu-west-1",
      "AWS_PROFILE=management npx --no entra-aws deploy roll-out --estate sandbox",
      "AWS_PROFILE=management npx --no entra-aws deploy revoke --estate sandbox",
      "AWS_PROFILE=management npx --no entra-aws deploy roll-out --estate sandbox --access",
      "AWS_PROFILE=management npx --no cdk deploy -c estate=sandbox --exclusively sandbox-access",
      "AWS_PROFILE=management npx --no entra-aws deploy revoke --estate sandbox",
      "AWS_PROFILE=management npx --no cdk deploy -c estate=sandbox --exclusively sandbox-policies",
      "AWS_PROFILE=management npx --no cdk deploy -c estate=sandbox --exclusively sandbox-workforce-watch",
      "AWS_PROFILE=application npx --no cdk bootstrap aws://210000000011/eu-west-1",
      "AWS_PROFILE=application npx --no cdk deploy -c estate=sandbox --exclusively sandbox-hosting-data",
      "AWS_PROFILE=application npx --no entra-aws deploy handoff --estate sandbox",
      "AWS_PROFILE=application npx --no cdk deploy -c estate=sandbox --exclusively sandbox-hosting",
      "AWS_PROFILE=management npx --no cdk deploy -c estate=sandbox --exclusively sandbox-pipeline-210000000001",
      "AWS_PROFILE=application npx --no cdk deploy -c estate=sandbox --exclusively sandbox-pipeline-210000000011",
    ]
  `);
});

test('a second run changes nothing', async () => {
  const world = clouds(...ids);
  await runSteps(steps, world);
  expect(world.ran).toEqual([]);
});

/** The command of `revoked` is the first one of `access` too. */
const failing = byCommands.filter(([id]) => id !== 'revoked');

test.each(failing)('%s that fails ends the run, and the next one goes on there', async (id, commands) => {
  const world = clouds(...BY_HAND);
  world.failing = commands[0] ?? '';
  const failed = await runSteps(steps, world);
  expect([...failed].at(-1)).toEqual([id, 'failed']);
  expect(world.saidOf(id).at(-1)).toBe(
    '  failed: it ended with exit code 1. Fix the error above and run the command again; it continues from this step.',
  );
  // What recovers from the failure runs after it.
  const recovered = world.ran.filter(isRecovery);
  expect(recovered).toEqual(/cdk deploy|pulumi up/.test(world.failing) ? [world.ran.at(-1)] : []);
  const before = world.ran.length - recovered.length;
  world.failing = '';
  const states = await runSteps(steps, world);
  expect([...states.values()]).toEqual(ids.map(() => 'done'));
  // The one that failed ran twice, every other one once.
  const others = world.ran.filter((line) => !isRecovery(line));
  expect(others.toSpliced(before - 1, 1)).toEqual(byCommands.flatMap(([, lines]) => lines));
});

test('a removal that fails changes no stack, so nothing is recovered and nothing given back', async () => {
  const world = clouds(...BY_HAND);
  world.failing = 'AWS_PROFILE=management npx --no entra-aws deploy revoke --estate sandbox';
  expect([...(await runSteps(steps, world))].at(-1)).toEqual(['access', 'failed']);
  expect(world.ran.filter(isRecovery)).toEqual([]);
});

test.each([
  'AWS_PROFILE=management npx --no entra-aws deploy roll-out --estate sandbox --access',
  'AWS_PROFILE=management npx --no cdk deploy -c estate=sandbox --exclusively sandbox-access',
])('access is recovered after %s has failed', async (line) => {
  const world = clouds(...BY_HAND);
  world.failing = line;
  expect([...(await runSteps(steps, world))].at(-1)).toEqual(['access', 'failed']);
  const recover =
    'AWS_PROFILE=management npx --no entra-aws deploy repair stacks --estate sandbox --stack sandbox-access';
  expect(world.ran.slice(-2)).toEqual([line, recover]);
});

test('what CloudFormation left behind is removed by the same command, also after it was killed in between', async () => {
  const world = clouds(...ids.filter((id) => id !== 'revoked'));
  const line = 'AWS_PROFILE=management npx --no entra-aws deploy revoke --estate sandbox';
  world.failing = line;
  expect([...(await runSteps(steps, world))].at(-1)).toEqual(['revoked', 'failed']);
  world.failing = '';
  expect([...(await runSteps(steps, world)).values()]).toEqual(ids.map(() => 'done'));
  expect(world.ran).toEqual([line, line]);
});

test.each(BY_HAND)('%s holds up what needs it, and nothing else', async (id) => {
  const world = clouds(...BY_HAND.filter((other) => other !== id));
  const states = await runSteps(steps, world);
  const held = dependants(id);
  const stateOf = (other: StepId): string => (held.has(other) ? 'blocked' : 'done');
  expect([...states]).toEqual(ids.map((other) => [other, other === id ? 'pending' : stateOf(other)]));
});

test('tells a person what to do and how it is seen that it is done, and each blocked step what blocks it', async () => {
  const world = clouds(...BY_HAND.filter((id) => id !== 'scim'));
  await runSteps(steps, world);
  expect(world.saidOf('scim')).toEqual([
    "  pending: not yet in IAM Identity Center: 'Security Admins', 'Security Auditors', 'Systems Operators', 'Claims Developers', 'Data Analysts'",
    '  to do by hand:',
    expect.stringMatching(/^ {4}Wait: Entra provisions every 40 minutes/) as string,
    expect.any(String) as string,
    '  done when IAM Identity Center has every group of workforce.awsApplication.assignedGroups',
  ]);
  expect(world.saidOf('snapshot')).toEqual(['  blocked by scim']);
  expect(world.saidOf('access')).toEqual(['  blocked by review, preflight, policies']);
});

test('access that CloudFormation failed to take away is told with its names, and the deployment is not done', async () => {
  const world = clouds(...BY_HAND.filter((id) => id !== 'assignments'));
  const states = await runSteps(steps, world);
  expect([states.get('access'), states.get('assignments'), states.get('hosting')]).toEqual(['done', 'pending', 'done']);
  const said = world.saidOf('assignments').join('\n');
  expect(said).toContain('group "Claims Developers" has SecurityAdmin in claims-prod (210000000006)');
  expect(said).toContain('npx --no entra-aws deploy repair access --estate sandbox --yes');
});

test('a credential that is too much is told with the command that deletes it, and with what lays the right ones', async () => {
  const world = clouds(...BY_HAND.filter((id) => id !== 'preview-trust'));
  await runSteps(steps, world);
  const said = world.saidOf('preview-trust');
  expect(said[0]).toContain(
    '\n    $ az identity federated-credential delete --subscription 8d3e5b70-4f19-4a6c-b2d8-1e7c0f9a6352 --resource-group identity-sandbox --identity-name id-pulumi-preview --name left-open',
  );
  expect(said.join('\n')).toContain('--template-file bicep/main.bicep');
});

test('once the deployed address is in the estate, deploys customers and hosting again', async () => {
  const world = clouds(...BY_HAND.filter((id) => id !== 'redirect-uris'));
  expect((await runSteps(steps, world)).get('redirect-uris')).toBe('pending');
  world.done.add('redirect-uris');
  world.done.delete('customers');
  world.done.delete('hosting');
  world.ran.length = 0;
  expect([...(await runSteps(steps, world)).values()]).toEqual(ids.map(() => 'done'));
  expect(world.ran).toEqual([
    'pulumi up --stack sandbox-customers',
    'npx --no entra-aws deploy repair customers --estate sandbox --check',
    'AWS_PROFILE=application npx --no cdk deploy -c estate=sandbox --exclusively sandbox-hosting',
  ]);
});

test('runs nothing for a step of which nobody knows the state, and goes on with what does not need it', async () => {
  const world = clouds(...BY_HAND);
  world.failing = 'AWS_PROFILE=management aws sts get-caller-identity --query Account --output text';
  const states = await runSteps(steps, world);
  expect(world.saidOf('access-bootstrap')).toEqual(['  unknown: it broke']);
  expect([states.get('access-bootstrap'), states.get('access'), states.get('hosting')]).toEqual([
    'unknown',
    'blocked',
    'done',
  ]);
  expect(world.ran.join('\n')).not.toContain('bootstrap aws://210000000001');
});

test('the status runs nothing, and shows the commands of what could be done now', async () => {
  const world = clouds('directory', 'preview-environment', 'azure', 'pulumi-stacks', 'azure-logs');
  const states = await showStatus(steps, world);
  expect(world.ran).toEqual([]);
  expect(world.saidOf('customers')).toEqual([
    '  pending: create 7',
    '  $ pulumi up --stack sandbox-customers',
    '  $ npx --no entra-aws deploy repair customers --estate sandbox --check',
  ]);
  expect(world.saidOf('handoff')).toEqual(['  blocked by customers, hosting-data']);
  expect(states.get('azure')).toBe('done');
});

test('takes a step that the estate does not have for done', async () => {
  const world = clouds('customers');
  const [customers] = steps.filter(({ id }) => id === 'customers') as [Step];
  expect([...(await runSteps([customers], world))]).toEqual([['customers', 'done']]);
});

describe('a program in a directory that lags', () => {
  const UP = 'pulumi up --stack sandbox-customers';
  const RECOVERY = 'npx --no entra-aws deploy repair customers --estate sandbox --remove-spare';
  /** Clouds where each run of the program ends early, until as many rounds have left less to do. */
  const lagging = (rounds: readonly number[], code = 255): SandboxClouds => {
    const world = clouds(...ids.filter((id) => id !== 'customers'));
    const { read, run } = world;
    const left = [...rounds];
    world.read = (command) =>
      command.words.includes('preview') && command.words.includes('sandbox-customers') && left.length > 0
        ? Promise.resolve({
            ...{ code: 0, stderr: '' },
            stdout: JSON.stringify({
              steps: Array.from({ length: left[0] ?? 0 }, () => ({ op: 'create', urn: 'urn' })),
            }),
          })
        : read(command);
    world.run = (command) => {
      if (shellLine(command) !== UP || left.length === 0) return run(command);
      left.shift();
      world.ran.push(UP);
      return left.length === 0 ? run(command).then(() => 0) : Promise.resolve(code);
    };
    return world;
  };

  test('is recovered and run again while each run leaves less to do', async () => {
    const world = lagging([19, 12, 3]);
    expect((await runSteps(steps, world)).get('customers')).toBe('done');
    expect(world.ran.filter((line) => line === UP || line === RECOVERY).slice(0, 4)).toEqual([
      ...[UP, RECOVERY, UP, RECOVERY],
    ]);
    expect(world.saidOf('customers')).toContainEqual(expect.stringContaining('Left to do: create 12. Trying again.'));
  });

  test.each([
    {
      ...{ code: 0, state: 'done', ran: [UP, RECOVERY, RECOVERY, UP] },
      title: 'is recovered once more where the first recovery came too early',
    },
    { code: 1, state: 'failed', ran: [UP, RECOVERY], title: 'is left to a person where the recovery leaves something' },
  ])('$title', async ({ code, state, ran }) => {
    const world = lagging([19, 12]);
    const { read, run } = world;
    let isHidden = true;
    world.read = (command) => {
      if (!isHidden || !world.ran.includes(RECOVERY) || !command.words.includes('--check')) return read(command);
      isHidden = false;
      return Promise.resolve({
        code: 1,
        stdout: 'has no record of\n  to do: npx --no entra-aws deploy repair customers\n',
        stderr: '',
      });
    };
    world.run = async (command) => (await run(command)) || (shellLine(command) === RECOVERY ? code : 0);
    expect((await runSteps(steps, world)).get('customers')).toBe(state);
    expect(world.ran.filter((line) => line === UP || line === RECOVERY).slice(0, 4)).toEqual(ran);
  });

  test('fails where a run gets no further, for a person to look', async () => {
    const world = lagging([19, 12, 12, 12]);
    expect((await runSteps(steps, world)).get('customers')).toBe('failed');
    expect(world.ran.filter((line) => line === UP)).toHaveLength(2);
  });

  test('is left to a person after ten runs, each of which left less to do', async () => {
    const world = lagging(Array.from({ length: 20 }, (_, index) => 40 - index));
    expect((await runSteps(steps, world)).get('customers')).toBe('failed');
    expect(world.ran.filter((line) => line === UP)).toHaveLength(10);
  });

  test('is not run again after an interrupt of its recovery', async () => {
    const world = lagging([19, 12]);
    const { run } = world;
    world.run = async (command) => (await run(command)) || (shellLine(command) === RECOVERY ? 130 : 0);
    expect((await runSteps(steps, world)).get('customers')).toBe('failed');
    expect(world.ran).toEqual([UP, RECOVERY]);
  });

  test('is not run again after an interrupt', async () => {
    const world = lagging([19, 12], 130);
    expect((await runSteps(steps, world)).get('customers')).toBe('failed');
    expect(world.ran).toEqual([UP, RECOVERY]);
  });
});

test('a program whose preview fails is recovered where its run left what can not be made again', async () => {
  const world = clouds(...ids.filter((id) => id !== 'customers'));
  const { read, run } = world;
  let isRecovered = false;
  world.read = (command) => {
    if (isRecovered) return read(command);
    if (command.words.includes('repair') && command.words.includes('customers'))
      return Promise.resolve({
        code: 1,
        stdout: 'has no record of\n  to do: npx --no entra-aws deploy repair customers\n',
        stderr: '',
      });
    if (!(command.words.includes('preview') && command.words.includes('sandbox-customers'))) return read(command);
    const message = 'Application: An existing "azuread_application" with name "API" was found: it needs to be imported';
    return Promise.resolve({
      ...{ code: 255, stderr: '' },
      stdout: JSON.stringify({ diagnostics: [{ severity: 'error', message }] }),
    });
  };
  world.run = (command) => {
    isRecovered ||= command.words.includes('repair');
    return run(command);
  };
  expect((await runSteps(steps, world)).get('customers')).toBe('done');
  expect(world.ran.slice(0, 2)).toEqual([
    'npx --no entra-aws deploy repair customers --estate sandbox --remove-spare',
    'pulumi up --stack sandbox-customers',
  ]);
});
