import type { CdkStack } from '../../estate/plan/stacks/stacks';
import { cdk, type Command, command, type EstateLocation, entraAws } from './command';
import { accountIs, cdkDiff, checkedStackStatus, isListed, stackStatus } from './readings';
import type { Check, Step } from './step';

/** Tells whether `cdk deploy` has something to do; the status first, which tells at once of a stack that is not there. */
function cdkChecks(location: EstateLocation, main: CdkStack, stacks: readonly CdkStack[]): readonly Check[] {
  const names = stacks.map(({ name }) => name);
  return [
    ...stacks.map((stack) => statusCheck(location, main, stack)),
    {
      command: cdk('diff', location, ['--fail', '--method', 'template', '--exclusively', ...names]),
      read: cdkDiff,
    },
  ];
}

/** The credentials are of the account of the first stack; another one is reached by the CDK's role for deployments. */
function statusCheck(location: EstateLocation, main: CdkStack, { name, account, region }: CdkStack): Check {
  if (account !== main.account) {
    return { command: entraAws('deploy repair stacks', location, `--stack ${name} --check`), read: checkedStackStatus };
  }
  const query = `Stacks[?StackName=='${name}'].StackStatus`;
  return {
    command: command(`aws cloudformation describe-stacks --region ${region} --output text --query`, query),
    read: stackStatus,
  };
}

/** Step for what `cdk deploy` needs in an account and Region: a bucket, a registry and roles. */
export function bootstrapStep(
  id: 'access-bootstrap' | 'hosting-bootstrap',
  { account, region }: Pick<CdkStack, 'account' | 'region'>,
): Step {
  return {
    id,
    title: `account ${account} is ready for CDK in ${region}`,
    needs: [],
    verification: [
      { command: command('aws sts get-caller-identity --query Account --output text'), read: accountIs(account) },
      {
        command: command(
          `aws ssm get-parameters --region ${region} --names ${BOOTSTRAP_VERSION} --query Parameters[].Value --output text`,
        ),
        read: isListed('never bootstrapped'),
      },
    ],
    isDoneWhen: `the credentials are of that account, and it has the parameter ${BOOTSTRAP_VERSION}`,
    action: { kind: 'commands', commands: [command(`npx --no cdk bootstrap aws://${account}/${region}`)] },
  };
}

/** Parameter in which `cdk bootstrap` notes its version (AWS CDK Developer Guide, 'Bootstrapping'). */
const BOOTSTRAP_VERSION = '/cdk-bootstrap/hnb659fds/version';

interface CdkStacks {
  readonly location: EstateLocation;
  /** The first one is in the account of the credentials. */
  readonly stacks: readonly CdkStack[];
  readonly yes: boolean;
  /** Commands before the deployment, which must succeed, and change no stack. @default none */
  readonly before?: readonly Command[];
  /** Commands after these, which deploy parts of the stacks. @default none */
  readonly parts?: readonly Command[];
}

/** A step that deploys stacks of CDK; none where there is no stack. */
export function cdkStep(
  step: Pick<Step, 'id' | 'title' | 'needs'>,
  { location, stacks, yes, before = [], parts = [] }: CdkStacks,
): readonly Step[] {
  const [main] = stacks;
  if (main === undefined) return [];
  const names = stacks.map(({ name }) => name);
  const approval = yes ? ['--require-approval', 'never'] : [];
  return [
    {
      ...step,
      verification: cdkChecks(location, main, stacks),
      isDoneWhen:
        stacks.length === 1
          ? 'the stack is complete, and its template differs in nothing'
          : 'each stack is complete, and its template differs in nothing',
      action: {
        kind: 'commands',
        commands: [...before, ...parts, cdk('deploy', location, [...approval, '--exclusively', ...names])],
      },
      preparing: before.length,
      recovery: names.map((name) => entraAws('deploy repair stacks', location, `--stack ${name}`)),
    },
  ];
}
