import type { Command, CommandResult } from '../../../../src/deploy/steps/command';
import { shellLine } from '../../../../src/deploy/steps/command';
import type { Terminal } from '../../../../src/deploy/steps/run-steps';
import type { BicepFiles, Step, StepId } from '../../../../src/deploy/steps/step';
import { deploymentSteps } from '../../../../src/deploy/steps/steps';
import { azureDeployments } from '../../../../src/estate/plan/azure-deployments';
import { bicepFiles } from '../../../../src/package/contents/bicep';
import type { FakeAnswer } from '../../fake-cli';
import { hostedSandboxFiles, planFiles, withRecords } from '../../sandbox';

/** Steps that nobody can do by a command. */
export const BY_HAND: readonly StepId[] = [
  'directory',
  'preview-environment',
  'deploy-approval',
  'preview-trust',
  'deploy-trust',
  'azure-logs',
  'azure-workforce',
  'azure-customers',
  'pulumi-stacks',
  'identity-center',
  'identity-source',
  'owners',
  'scim',
  'review',
  'preflight',
  'stack-sets',
  'assignments',
  'redirect-uris',
];

/** The profiles of the two AWS accounts, as the commands have them. */
export const PROFILES = { accessProfile: 'management', hostingProfile: 'application' } as const;
const MANAGEMENT = `AWS_PROFILE=${PROFILES.accessProfile}`;
const APPLICATION = `AWS_PROFILE=${PROFILES.hostingProfile}`;

const GROUPS = [
  'Network Operators',
  'Security Admins',
  'Security Auditors',
  'Systems Operators',
  'Claims Developers',
  'Data Analysts',
];

/** As cdk diff 2.1148 ends, on standard error. */
const diffEnd = (count: number): string => `\n✨  Number of stacks with differences: ${count}\n\n`;

/** A check that finds its step done while the flag of its name is set, and pending without it. */
function check(id: StepId, words: readonly string[], answers: readonly [FakeAnswer, FakeAnswer]): FakeAnswer[] {
  const [done, pending] = answers;
  return [
    { words, ifFlag: id, ...done },
    { words, ...pending },
  ];
}

/** A command that does its step. */
const act = (id: StepId, words: readonly string[]): FakeAnswer => ({ words, setsFlag: id, stdout: `did ${id}\n` });

const out = (stdout: string): FakeAnswer => ({ stdout });

const SANDBOX = planFiles(withRecords(hostedSandboxFiles()));
const never = (): never => {
  throw new Error('the sandbox has both deployments');
};

/** Deployments of Bicep as Azure lists them, with the values that they were made with. */
function deployment(id: 'azure' | 'azure-logs', scope: string): FakeAnswer[] {
  const { name, parameters } = azureDeployments(SANDBOX.estate).find(({ kind }) => kind === id) ?? never();
  const query = `[?name=='${name}'].{state: properties.provisioningState, parameters: properties.parameters}`;
  const values = Object.entries({ ...parameters, files: bicepFiles().digest });
  const there = [
    { state: 'Succeeded', parameters: Object.fromEntries(values.map(([key, value]) => [key, { value }] as const)) },
  ];
  return check(id, [scope, 'list', query], [out(JSON.stringify(there)), out('[]')]);
}

function pulumi(id: 'customers' | 'workforce'): FakeAnswer[] {
  const stack = `sandbox-${id}`;
  const preview = (counts: Readonly<Record<string, number>>): FakeAnswer =>
    out(
      JSON.stringify({
        steps: Object.entries(counts).flatMap(([op, count]) =>
          Array.from({ length: count }, () => ({ op, urn: 'urn' })),
        ),
      }),
    );
  return [
    { words: ['export', stack], stdout: '{"version":3,"deployment":{}}' },
    ...check(id, ['preview', stack], [preview({ same: 9 }), preview({ same: 2, create: 7 })]),
    act(id, ['up', stack]),
  ];
}

function cdk(id: StepId, stack: string): FakeAnswer[] {
  return [
    ...check(id, ['diff', stack], [{ stderr: diffEnd(0) }, { stderr: diffEnd(1), code: 1 }]),
    act(id, ['deploy', stack]),
  ];
}

function status(id: StepId, stack: string): FakeAnswer[] {
  return check(id, [`Stacks[?StackName=='${stack}'].StackStatus`], [out('CREATE_COMPLETE\n'), out('')]);
}

const STALE = 'estates/sandbox/organization.json is stale; run npx --no entra-aws snapshot to update it\n';
const TO_WRITE =
  'sandbox-customers -> account 210000000011 (eu-west-1): 13 to write; run npx --no entra-aws deploy handoff\n';
const NOTHING_LEAVES = 'sandbox-access: nothing leaves\n';
const LEFT_BEHIND = `sandbox-access: 1 permission set that CloudFormation left behind to delete
  permission set SecurityAdmin
Nothing was removed. To remove them: npx --no entra-aws deploy revoke --estate sandbox --yes
`;
const PATCH = '--- a/estates/sandbox/estate.yaml\n';

/** As the doctor writes it. */
const doctorSays = (failures: number): string => `failure  Assignments are those of the estate  access-assignments
         group "Claims Developers" has SecurityAdmin in claims-prod (210000000006), which is not in the estate

${failures} failures, 0 warnings, 0 could not check, 1 ok
`;

const credential = (name: string, run: string) => ({
  name,
  issuer: 'https://token.actions.githubusercontent.com',
  subject: `repo:insurance/identity:${run}`,
  audiences: ['api://AzureADTokenExchange'],
});
const TRUSTED = [
  credential('github-environment-preview', 'environment:preview'),
  credential('github-ref-refs-heads-main', 'ref:refs/heads/main'),
];
const OPEN = [...TRUSTED, credential('left-open', 'pull_request')];
const DEPLOYING = [credential('github-environment-sandbox', 'environment:sandbox')];

const STACKS = JSON.stringify([{ name: 'sandbox-customers' }, { name: 'organization/project/sandbox-workforce' }]);

/** An environment of GitHub: with a reviewer, or, as GitHub makes it for a job that names it, without. */
const environment = (step: StepId, name: string): readonly FakeAnswer[] =>
  check(
    step,
    ['api', `repos/insurance/identity/environments/${name}`],
    [
      out(JSON.stringify({ protection_rules: [{ type: 'required_reviewers', reviewers: [{ type: 'Team' }] }] })),
      { stderr: 'gh: Not Found (HTTP 404)\n', code: 1 },
    ],
  );

/** How the CLIs answer while the sandbox is deployed. A step is done while the flag of its name is set. */
export const SANDBOX_ANSWERS: Readonly<Record<string, readonly FakeAnswer[]>> = {
  az: [
    ...check('directory', ['resource', 'list'], [out('/subscriptions/1/contosoclaims\n'), out('')]),
    ...deployment('azure', 'sub'),
    ...deployment('azure-logs', 'group'),
    ...check('preview-trust', ['list', 'id-pulumi-preview'], [out(JSON.stringify(TRUSTED)), out(JSON.stringify(OPEN))]),
    ...check('deploy-trust', ['list', 'id-pulumi-deploy'], [out(JSON.stringify(DEPLOYING)), out('[]')]),
    act('azure', ['create', 'identity-sandbox']),
  ],
  gh: [...environment('preview-environment', 'preview'), ...environment('deploy-approval', 'sandbox')],
  pulumi: [...check('pulumi-stacks', ['ls'], [out(STACKS), out('[]')]), ...pulumi('customers'), ...pulumi('workforce')],
  aws: [
    { words: [MANAGEMENT, 'get-caller-identity'], stdout: '210000000001\n' },
    { words: [APPLICATION, 'get-caller-identity'], stdout: '210000000011\n' },
    ...check('access-bootstrap', [MANAGEMENT, 'get-parameters'], [out('33\n'), out('')]),
    ...check('hosting-bootstrap', [APPLICATION, 'get-parameters'], [out('33\n'), out('')]),
    ...check('identity-center', ['list-instances'], [out('arn:aws:sso:::instance/ssoins-1\n'), out('')]),
    ...check('scim', ['list-groups'], [out(JSON.stringify(GROUPS)), out('["Network Operators"]')]),
    ...check('stack-sets', ['describe-organizations-access'], [out('ENABLED\n'), out('DISABLED\n')]),
    ...status('policies-removed', 'sandbox-policies'),
    ...status('access', 'sandbox-access'),
    ...status('workforce-watch', 'sandbox-workforce-watch'),
    ...status('hosting-data', 'sandbox-hosting-data'),
    ...status('hosting', 'sandbox-hosting'),
    ...status('access-pipeline', 'sandbox-pipeline-210000000001'),
    ...status('hosting-pipeline', 'sandbox-pipeline-210000000011'),
  ],
  npx: [
    // Before a deployment of the CDK, whose words it has too.
    { words: ['repair'], stdout: 'nothing to recover\n' },
    act('access-bootstrap', ['bootstrap', 'aws://210000000001/eu-west-1']),
    act('hosting-bootstrap', ['bootstrap', 'aws://210000000011/eu-west-1']),
    ...cdk('access', 'sandbox-access'),
    ...cdk('policies-removed', 'sandbox-policies'),
    ...cdk('workforce-watch', 'sandbox-workforce-watch'),
    ...cdk('hosting-data', 'sandbox-hosting-data'),
    ...cdk('hosting', 'sandbox-hosting'),
    ...cdk('access-pipeline', 'sandbox-pipeline-210000000001'),
    ...cdk('hosting-pipeline', 'sandbox-pipeline-210000000011'),
    ...check('snapshot', ['snapshot', '--check'], [out('up to date\n'), { stdout: STALE, code: 1 }]),
    act('snapshot', ['snapshot']),
    ...check(
      'policies',
      ['roll-out', '--check'],
      [
        out('sandbox: up to date\n'),
        { stdout: 'sandbox: policies to roll out; run npx --no entra-aws deploy roll-out\n', code: 1 },
      ],
    ),
    ...check('preflight', ['deploy', 'check'], [out('11 ok\n'), { stdout: doctorSays(1), code: 1 }]),
    { words: ['roll-out', '--access'], stdout: 'sandbox: one operation of CloudFormation takes what changes\n' },
    act('policies', ['roll-out']),
    ...check('revoked', ['revoke', '--check'], [out(NOTHING_LEAVES), { stdout: LEFT_BEHIND, code: 1 }]),
    // Before the stacks change, nothing is left behind yet.
    { words: ['revoke'], ifFlag: 'access', setsFlag: 'revoked', stdout: NOTHING_LEAVES },
    { words: ['revoke'], stdout: NOTHING_LEAVES },
    ...check('identity-source', ['doctor', 'saml-upload'], [out('1 ok\n'), { stdout: doctorSays(1), code: 1 }]),
    ...check('owners', ['doctor', 'saml-owners'], [out('2 ok\n'), { stdout: doctorSays(1), code: 1 }]),
    ...check('azure-workforce', ['doctor', 'saml-identities'], [out('1 ok\n'), { stdout: doctorSays(1), code: 1 }]),
    ...check('azure-customers', ['doctor', 'b2c-identities'], [out('1 ok\n'), { stdout: doctorSays(1), code: 1 }]),
    ...check('assignments', ['doctor', '--strict'], [out('2 ok\n'), { stdout: doctorSays(1), code: 1 }]),
    { words: ['preview'], stdout: 'the plan\n' },
    ...check('handoff', ['handoff', '--check'], [out('handed over\n'), { stdout: TO_WRITE, code: 1 }]),
    ...check('redirect-uris', ['handoff', '--url'], [out('has it\n'), { stdout: PATCH, code: 1 }]),
    act('handoff', ['handoff']),
  ],
  git: check('review', ['status'], [out(''), out(' M estates/sandbox/organization.json\n')]),
};

/** Of the sandbox after a person has set what its user flows declare, which the estate itself says. */
export function sandboxSteps(bicep: BicepFiles = bicepFiles()): readonly Step[] {
  return deploymentSteps(SANDBOX, { ...PROFILES, yes: false, bicep });
}

/** The same CLIs in this process. */
export class SandboxClouds implements Terminal {
  readonly done = new Set<string>();
  /** Command lines that ran, without those that only read. */
  readonly ran: string[] = [];
  readonly said: string[] = [];
  /** A command line that fails. */
  failing = '';

  read = (command: Command): Promise<CommandResult> => Promise.resolve(this.answer(command));

  run = (command: Command): Promise<number> => {
    this.ran.push(shellLine(command));
    return Promise.resolve(this.answer(command).code);
  };

  say = (text: string): void => {
    this.said.push(text);
  };

  /** What was said about a step, without its heading. */
  saidOf(id: StepId): readonly string[] {
    const start = this.said.findIndex((text) => text.startsWith(`${id}: `));
    const rest = this.said.slice(start + 1);
    const end = rest.findIndex((text) => !text.startsWith(' '));
    return end < 0 ? rest : rest.slice(0, end);
  }

  private answer(command: Command): CommandResult {
    if (shellLine(command) === this.failing) return { code: 1, stdout: '', stderr: 'it broke' };
    const { words, profile } = command;
    const all = profile === undefined ? words : [`AWS_PROFILE=${profile}`, ...words];
    const has = (wanted: readonly string[]): boolean => wanted.every((word) => all.includes(word));
    const answers = SANDBOX_ANSWERS[words[0]] ?? [];
    const found = answers.find(
      (one) => has(one.words ?? []) && (one.ifFlag === undefined || this.done.has(one.ifFlag)),
    );
    if (found === undefined) throw new Error(`unexpected: ${all.join(' ')}`);
    if (found.setsFlag !== undefined) this.done.add(found.setsFlag);
    return { code: found.code ?? 0, stdout: found.stdout ?? '', stderr: found.stderr ?? '' };
  }
}
