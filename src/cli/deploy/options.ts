import { Argument, Option } from '@commander-js/extra-typings';
import { estateCommand, helpTail, type OptionsOf } from '../program/define';
import { against, check, concurrency, json, strict, timeout } from '../program/shared-options';

/** Kinds of repair: access in AWS, CloudFormation stacks, and the two Pulumi programs. */
export const REPAIRED = ['access', 'stacks', 'customers', 'workforce'] as const;

export const deploy = estateCommand('deploy', 'Deploy an estate step by step')
  .description(
    'Deploys an estate in its order: Azure, the two Pulumi programs, IAM Identity Center, the hosting. It looks at each step ' +
      'first, by commands that only read, and runs the plain commands of those that are not done. What only a person can do ' +
      'is printed, with how to see that it is done, and steps that do not depend on it go on. Run it again to continue with ' +
      'what is left. Needs az, pulumi, aws and git on the PATH, with their logins.',
  )
  .addOption(new Option('--status', 'look at each step, and change nothing').default(false).conflicts('dryRun'))
  .option('--dry-run', 'print every step and command, and run none', false)
  .option('--yes', 'let pulumi up and cdk deploy go on without asking', false)
  .option(
    '--access-profile <name>',
    "AWS profile of the account that deploys IAM Identity Center (default: the environment's)",
  )
  .option('--hosting-profile <name>', "AWS profile of the account of the hosting (default: the environment's)")
  .addHelpText('after', helpTail({ exit: ['everything is done (or printed)', 'a step failed or is left'] }));

export const preflight = estateCommand('check', 'Check AWS for blockers before deploying')
  .description(
    'Asks AWS what must be there before an estate is deployed, and prints one table: accounts, IAM Identity Center with its key and ' +
      'Regions, policies and boundaries in each account, the validity of policy documents, quotas. What this deployment makes itself ' +
      'is not missing. It only reads; docs/operations.md has the rows and the permissions.',
  )
  .addOption(against())
  .option(
    '--role <name>',
    'role to assume in accounts other than that of the credentials (default: none, and they are not asked)',
  )
  .addOption(strict())
  .addOption(json())
  .option('--markdown <file>', 'write Markdown as well')
  .addOption(concurrency())
  .addOption(timeout())
  .addHelpText('after', helpTail({ exit: ['nothing would fail', 'something would fail'] }));

export const repair = estateCommand(
  'repair',
  'Repair access in AWS, or recover stacks and programs after a failed deployment',
)
  .addArgument(new Argument('<what>', 'what to repair').choices(REPAIRED))
  .description(
    'access: lists how the access in IAM Identity Center differs from the estate, with who made what is not in it, and repairs it ' +
      'on request: takes away assignments that are not in the estate, gives those that are missing, deletes permission sets that a ' +
      'stack of the estate left behind, and gives accounts the latest version of each set; at most ten assignments at once, one at ' +
      'a time in each account. It leaves alone what access.managedElsewhere names, and, without --others, access by permission ' +
      'sets that the estate neither has nor had. What a permission set allows it leaves alone too, and prints the command that ' +
      'sets it back.\n\n' +
      'stacks: looks at the CloudFormation stacks of an estate. One whose first creation failed loses its termination protection, ' +
      'so that the next deployment can make it again; no other stack ever does. One whose update could not be rolled back goes on ' +
      'rolling back; what still fails is listed, of nested stacks too, and --skip goes on without it. Assignments that were removed ' +
      'before a deployment of access that failed are given back: those that the stack still has and the estate does not. What the ' +
      'estate has too is named, for deploy repair access. Acts by the deployment role of cdk bootstrap, or by the credentials ' +
      'themselves (docs/rollback.md).\n\n' +
      'customers, workforce: looks at the Pulumi program of that name, after a pulumi up that was killed or lost an answer. It takes ' +
      'away the lock of the stack, if no other run is at work, and its pending operations; looks up in Graph what was made and the ' +
      'stack has no record of, and takes it over where the stack made it: its owner or its content shows that; deletes client ' +
      'secrets whose value was lost with the run; and names what stands in the directory twice. It asks one question about all of ' +
      'this. What somebody else made is left, unless --take-over names it. What it does not find is made again by the next ' +
      'deployment, client secrets always. Needs pulumi with a login to its backend, and signs in to Graph as the deployment does ' +
      '(ARM_* variables, or entra-aws sign-in).\n\n' +
      'Interrupted, the same command continues.',
  )
  .addOption(
    check('there is something to repair, or a name of a program stands twice').conflicts([
      ...['yes', 'removeSpare', 'takeOver', 'skip', 'others'],
    ]),
  )
  .option(
    '--yes',
    'of access and of a program: repair without asking; a lock that may be in use stays (pulumi cancel takes it away)',
    false,
  )
  .option('--others', 'of access: take away what permission sets of others give, too, and delete these sets', false)
  .option('--stack <name>', 'of stacks: this stack alone (default: all of the estate)')
  .option('--skip', "of stacks: go on rolling back without what can't be rolled back", false)
  .addOption(
    new Option(
      '--take-over <id>',
      'of a program: take over the object of this id too, whoever made it; may be given several times',
    )
      .argParser((id: string, before: readonly string[]) => [...before, id])
      .default([] as readonly string[], 'none'),
  )
  .option('--remove-spare', 'of a program: delete what stands twice or was left half made', false)
  .addOption(against())
  .addOption(concurrency('of access: '))
  .addOption(timeout('of access: '))
  .addHelpText(
    'after',
    helpTail({
      examples: ['deploy repair access', 'deploy repair stacks --stack acme-access', 'deploy repair customers --check'],
      exit: ['as declared, or each can be deployed', 'it differs, was not compared, or cannot be deployed yet'],
    }),
  );

export type RepairOptions = OptionsOf<typeof repair>;

export const revoke = estateCommand('revoke', 'Remove the access that leaves with the next deployment')
  .description(
    'Removes the assignments that the deployed access stacks have and the estate does not, before cdk deploy: at most ten at ' +
      'once and one at a time in each account, again and again where IAM Identity Center refuses, and waits for each. Where people ' +
      'gain other access in the same account by the same deployment, what they lose stays until cdk deploy has made the other. ' +
      'It also removes what CloudFormation gave up to delete. entra-aws deploy runs it before the stacks change and after, in a ' +
      'pipeline apply-stack does, after the approval. It touches only what the stacks of the estate made, and nothing while ' +
      'CloudFormation changes them. Interrupted, the same command continues with what is left. Needs credentials of the account of ' +
      'the access stacks.',
  )
  .addOption(check('something leaves').conflicts('yes'))
  .option('--yes', 'remove without asking', false)
  .addOption(against())
  .addHelpText(
    'after',
    helpTail({
      exit: ['removed, or nothing leaves, or there is no such stack yet', 'some could not be removed, or nothing was'],
    }),
  );

export const rollOut = estateCommand('roll-out', 'Bring customer-managed policies to the accounts')
  .description(
    "Deploys the estate's customer-managed policies (access.policies) to the accounts that lack them or have an older document, " +
      'and takes none away: permission sets that are still deployed may refer to what the estate no longer has. cdk deploy of the ' +
      'stacks of policies, after access, takes the rest away. With --access it deploys, part by part, what the access stacks have ' +
      'to change beyond the 2,500 resources that CloudFormation takes in one operation; cdk deploy then brings the rest. ' +
      'Interrupted, the same command continues. Needs credentials of the account that the access stacks are in.',
  )
  .option('--access', 'instead: the parts of the access stacks that come before cdk deploy; mostly none', false)
  .addOption(check('a policy is not everywhere yet').conflicts('yes'))
  .option('--yes', 'roll out without asking', false)
  .addHelpText(
    'after',
    helpTail({ exit: ['rolled out or nothing to do', 'failed or a policy is not everywhere yet'] }),
  );

export const handoff = estateCommand('handoff', 'Hand ids and secret of the customers program to the hosting')
  .description(
    'Hands over what the customers program made to the hosting: ids to SSM parameters, the client secret to Secrets Manager, ' +
      'and last a version that marks them as complete. Only what differs is written, and no value is ever printed. A secret that ' +
      'has ended, or ends within a period of its rotation, is refused: pulumi up makes the one that is due. Needs a login to ' +
      "Pulumi's backend, and credentials of the AWS account of the hosting.",
  )
  .addOption(check('something differs'))
  .addOption(
    new Option(
      '--url',
      'the other way: print what the estate file lacks for the deployed address of the web, as a patch to review and commit ' +
        '(npx --no entra-aws deploy handoff --url | git apply); exit 1 if it lacks anything',
    )
      .default(false)
      .conflicts('check'),
  )
  .addHelpText('after', helpTail({ exit: ['handed over or nothing to do', 'failed or something differs'] }));
