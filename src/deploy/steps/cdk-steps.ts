import type { CdkStack, StackPlan } from '../../estate/plan/stacks/stacks';
import { cdk, type Command, command, type EstateLocation, entraAws } from './command';
import { accountIs, cdkDiff, checkedStackStatus, isListed, stackStatus } from './readings';
import { type Check, check, type DeploymentOptions, type Step } from './step';

/** The credentials are of the account of the first stack; another one is reached by the CDK's role for deployments. */
function statusCheck(location: EstateLocation, main: CdkStack, { name, account, region }: CdkStack): Check {
  if (account !== main.account) {
    return check(entraAws('deploy repair stacks', location, `--stack ${name} --check`), checkedStackStatus);
  }
  const query = `Stacks[?StackName=='${name}'].StackStatus`;
  return check(
    command(`aws cloudformation describe-stacks --region ${region} --output text --query`, query),
    stackStatus,
  );
}

/** Step for what `cdk deploy` needs in an account and Region: a bucket, a registry and roles. */
export function bootstrapStep(
  id: 'access-bootstrap' | 'hosting-bootstrap' | 'state-bootstrap',
  { account, region }: Pick<CdkStack, 'account' | 'region'>,
): Step {
  return {
    id,
    title: `account ${account} is ready for CDK in ${region}`,
    needs: [],
    verification: [
      check(command('aws sts get-caller-identity --query Account --output text'), accountIs(account)),
      check(
        command(
          `aws ssm get-parameters --region ${region} --names ${BOOTSTRAP_VERSION} --query Parameters[].Value --output text`,
        ),
        isListed('never bootstrapped'),
      ),
    ],
    isDoneWhen: `the credentials are of that account, and it has the parameter ${BOOTSTRAP_VERSION}`,
    commands: [command(`npx --no cdk bootstrap aws://${account}/${region}`)],
  };
}

/** Parameter in which `cdk bootstrap` notes its version (AWS CDK Developer Guide, 'Bootstrapping'). */
const BOOTSTRAP_VERSION = '/cdk-bootstrap/hnb659fds/version';

interface CdkStacks extends Pick<Step, 'id' | 'title' | 'needs'> {
  /** The first one is in the account of the credentials. */
  readonly stacks: readonly CdkStack[];
  /** Commands before the deployment, which must succeed, and change no stack. @default none */
  readonly before?: readonly Command[];
  /** Commands after these, which deploy parts of the stacks. @default none */
  readonly parts?: readonly Command[];
}

/** A step that deploys stacks of CDK; none where there is no stack. */
export function cdkStep(
  { estate }: Pick<StackPlan, 'estate'>,
  { estates, yes }: DeploymentOptions,
  { stacks, before = [], parts = [], ...step }: CdkStacks,
): readonly Step[] {
  const [main] = stacks;
  if (main === undefined) return [];
  const location = { estate: estate.name, estates };
  const names = stacks.map(({ name }) => name);
  const approval = yes ? ['--require-approval', 'never'] : [];
  return [
    {
      ...step,
      // The status first, which tells at once of a stack that is not there.
      verification: [
        ...stacks.map((stack) => statusCheck(location, main, stack)),
        check(cdk('diff', location, ['--fail', '--method', 'template', '--exclusively', ...names]), cdkDiff),
      ],
      isDoneWhen: `${stacks.length === 1 ? 'the' : 'each'} stack is complete, and its template has no differences`,
      commands: [...before, ...parts, cdk('deploy', location, [...approval, '--exclusively', ...names])],
      preparing: before.length,
      recovery: names.map((name) => entraAws('deploy repair stacks', location, `--stack ${name}`)),
    },
  ];
}
