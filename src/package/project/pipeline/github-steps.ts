import { DEPLOYMENT_HOURS } from '../../../estate/sections/pipeline/pipeline';
import { type Artifact, type Condition, PROPOSAL_SECRET, type RunStep, type Step } from './model';
import { type Action, ACTIONS, NODE_VERSION, PULUMI_VERSION } from './versions';

/** A part of a workflow, as YAML says it. Undefined values are left out. */
export type Part = Readonly<Record<string, unknown>>;

/** A setting of the estate, as an expression. */
export function setting(name: string): string {
  return `fromJSON(inputs.settings).${name}`;
}

/** Writes an expression. */
export function expression(text: string): string {
  return `\${{ ${text} }}`;
}

export function conditionText(condition: Condition): string {
  return condition.startsWith('!') ? `${setting(condition.slice(1))} != 'true'` : `${setting(condition)} == 'true'`;
}

export function uses(action: Action, inputs?: Part): Part {
  return { uses: `${action}@${ACTIONS[action]}`, with: inputs };
}

/** The repository and its packages. */
export function install(history: boolean): readonly Part[] {
  return [
    uses('actions/checkout', { 'persist-credentials': false, 'fetch-depth': history ? 0 : undefined }),
    uses('actions/setup-node', { 'node-version': NODE_VERSION, cache: 'npm' }),
    { run: 'npm ci --no-audit --no-fund' },
  ];
}

/** A step as GitHub runs it. */
export function gitHubSteps(step: Step): readonly Part[] {
  switch (step.kind) {
    case 'run':
      return [runPart(step)];
    case 'aws':
      return [{ if: awsCondition(step), ...awsPart(step) }];
    case 'pulumi':
      return pulumiParts(step);
    case 'take':
      return [{ if: stepCondition(step), ...takePart(step) }];
    case 'leave':
      return [{ if: stepCondition(step), ...leavePart(step.artifact) }];
  }
}

function stepCondition(
  { always, when }: Pick<Step, 'always' | 'when'>,
  ...more: readonly string[]
): string | undefined {
  const terms = [...(always ? ['!cancelled()'] : []), ...(when === undefined ? [] : [conditionText(when)]), ...more];
  return terms.length === 0 ? undefined : expression(terms.join(' && '));
}

function runPart(step: RunStep): Part {
  const { name, run, identity, asksForge, proposes } = step;
  const env = {
    ...(identity && {
      ARM_TENANT_ID: expression(setting(`${identity.program.toUpperCase()}_TENANT_ID`)),
      ARM_CLIENT_ID: expression(setting(`${identity.program.toUpperCase()}_${identity.role.toUpperCase()}_CLIENT_ID`)),
    }),
    ...(asksForge && {
      GITHUB_TOKEN: expression(proposes ? `secrets.${PROPOSAL_SECRET} || github.token` : 'github.token'),
    }),
  };
  return { name, if: stepCondition(step), run, env: Object.keys(env).length === 0 ? undefined : env };
}

type AwsStep = Extract<Step, { kind: 'aws' }>;

/** An estate that lacks the account has nothing to ask there. */
function awsCondition(step: AwsStep): string | undefined {
  return stepCondition(step, `${setting(`AWS_${step.account.toUpperCase()}_ACCOUNT`)} != ''`);
}

function awsPart({ account, role }: AwsStep): Part {
  const prefix = `AWS_${account.toUpperCase()}`;
  return uses('aws-actions/configure-aws-credentials', {
    'role-to-assume': expression(setting(`${prefix}_${role.toUpperCase()}_ROLE`)),
    'aws-region': expression(setting(`${prefix}_REGION`)),
    'allowed-account-ids': expression(setting(`${prefix}_ACCOUNT`)),
    // An hour unless it is said, after which a deployment that still runs fails.
    'role-duration-seconds': role === 'deploy' ? DEPLOYMENT_HOURS * 3600 : undefined,
  });
}

function pulumiParts(step: Extract<Step, { kind: 'pulumi' }>): readonly Part[] {
  const { role, trustsCache } = step;
  const condition = stepCondition(step);
  return [
    {
      if: condition,
      ...uses('azure/login', {
        'client-id': expression(setting(`WORKFORCE_${role.toUpperCase()}_CLIENT_ID`)),
        'tenant-id': expression(setting('WORKFORCE_TENANT_ID')),
        'allow-no-subscriptions': true,
      }),
    },
    { if: condition, ...uses('pulumi/actions', { 'pulumi-version': PULUMI_VERSION }) },
    ...(trustsCache
      ? [
          uses('actions/cache', {
            path: '~/.pulumi/plugins',
            key: "pulumi-plugins-${{ runner.os }}-${{ hashFiles('package-lock.json') }}",
          }),
        ]
      : []),
  ];
}

function takePart({ artifacts, into }: Extract<Step, { kind: 'take' }>): Part {
  const [first] = artifacts;
  return uses('actions/download-artifact', {
    ...(artifacts.length === 1 && first !== undefined
      ? { name: nameOf(first) }
      : { pattern: `{${artifacts.map(({ name }) => name).join(',')}}-${ESTATE}`, 'merge-multiple': true }),
    path: into,
  });
}

function leavePart(artifact: Artifact): Part {
  const { path, except } = artifact;
  return uses('actions/upload-artifact', {
    name: nameOf(artifact),
    path: except === undefined ? path : `${path}\n!${except}\n`,
    'retention-days': 14,
  });
}

const ESTATE = expression('inputs.estate');

function nameOf({ name }: Artifact): string {
  return `${name}-${ESTATE}`;
}
