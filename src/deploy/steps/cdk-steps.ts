import { command } from './command';
import { accountIs, cdkDiff, isListed, stackStatus } from './readings';
import type { Check, Step } from './step';

/** Whether `cdk deploy` has something to do; the status first, which tells at once of a stack that is not there. */
function cdkChecks(estate: string, region: string, stacks: readonly [string, ...string[]]): readonly Check[] {
  const [main] = stacks;
  const query = `Stacks[?StackName=='${main}'].StackStatus`;
  return [
    {
      command: command(`aws cloudformation describe-stacks --region ${region} --output text --query`, query),
      read: stackStatus,
    },
    {
      command: command(`npx cdk diff -c estate=${estate} --fail --method template --exclusively`, ...stacks),
      read: cdkDiff,
    },
  ];
}

interface Environment {
  readonly account: string;
  readonly region: string;
}

/** What `cdk deploy` needs in an account and Region: a bucket, a registry and roles. */
export function bootstrapStep(id: 'access-bootstrap' | 'hosting-bootstrap', { account, region }: Environment): Step {
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
    action: { kind: 'commands', commands: [command(`npx cdk bootstrap aws://${account}/${region}`)] },
  };
}

/** Where `cdk bootstrap` notes its version (AWS CDK Developer Guide, 'Bootstrapping'). */
const BOOTSTRAP_VERSION = '/cdk-bootstrap/hnb659fds/version';

interface CdkStacks {
  readonly estate: string;
  readonly region: string;
  /** The first one is in the account of the credentials. */
  readonly stacks: readonly [string, ...string[]];
  readonly yes: boolean;
}

/** A step that deploys stacks of CDK. */
export function cdkStep(step: Pick<Step, 'id' | 'title' | 'needs'>, { estate, region, stacks, yes }: CdkStacks): Step {
  const approval = yes ? ' --require-approval never' : '';
  return {
    ...step,
    verification: cdkChecks(estate, region, stacks),
    isDoneWhen: 'the stack is complete, and its template differs in nothing',
    action: {
      kind: 'commands',
      commands: [command(`npx cdk deploy -c estate=${estate}${approval} --exclusively`, ...stacks)],
    },
  };
}
