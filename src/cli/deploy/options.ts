import { Argument, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { isDay } from '../../estate/sections/durations';
import { against, check, concurrency, estateCommand, json, type OptionsOf, strict, timeout } from '../program/define';

/** Kinds of repair: access in AWS, CloudFormation stacks, and the two Pulumi programs. */
export const REPAIRED = ['access', 'stacks', 'customers', 'workforce'] as const;

export const deploy = estateCommand('deploy', {
  summary: 'Deploy an estate step by step',
  description:
    'Deploys an estate in order: Azure, the two Pulumi programs, IAM Identity Center, the hosting. It checks each step by commands ' +
    'that only read, and runs the plain commands of those that are not done. What only a person can do is printed, and steps ' +
    'that do not depend on it go on. Run it again to continue. Needs az, pulumi, aws and git on the PATH, with their logins.',
  exit: ['everything is done (or printed)', 'a step failed or is left'],
})
  .addOption(new Option('--status', 'look at each step, and change nothing').default(false).conflicts('dryRun'))
  .option('--dry-run', 'print every step and command, and run none', false)
  .option('--yes', 'let pulumi up and cdk deploy go on without asking', false)
  .option(
    '--access-profile <name>',
    "AWS profile of the account that deploys IAM Identity Center (default: the environment's)",
  )
  .option('--hosting-profile <name>', "AWS profile of the account of the hosting (default: the environment's)")
  .option(
    '--state-profile <name>',
    "AWS profile of the account of Pulumi's state, where it is in S3 (default: the environment's)",
  );

export const preflight = estateCommand('check', {
  summary: 'Check AWS for blockers before deploying',
  description:
    'Checks AWS for blockers: accounts, IAM Identity Center with its key and Regions, policies and boundaries in each account, ' +
    'the validity of policy documents, quotas. It only reads; `npx --no entra-aws docs operations` has the permissions.',
  exit: ['nothing would fail', 'something would fail'],
})
  .addOption(against())
  .option('--role <name>', 'role to assume in other accounts (default: none, and they are not checked)')
  .addOption(strict())
  .addOption(json())
  .option('--markdown <file>', 'write Markdown as well')
  .addOption(concurrency())
  .addOption(timeout());

export const repair = estateCommand('repair', {
  summary: 'Repair access in AWS, or recover stacks and programs after a failed deployment',
  description:
    'access: lists how the access in IAM Identity Center differs from the estate, and who made it, and repairs it on request: ' +
    'removes assignments that are not in the estate, gives those that are missing, deletes permission sets that a stack of the ' +
    'estate left behind, and gives accounts the latest version of each set. It leaves alone what access.managedElsewhere names ' +
    'and, without --others, access by permission sets that the estate neither has nor had.\n\n' +
    'stacks: lifts the termination protection of a CloudFormation stack whose first creation failed, and of no other; continues ' +
    'an update that could not be rolled back, and lists what still fails; gives back assignments that were removed before a ' +
    'failed deployment of access.\n\n' +
    'customers, workforce: after a pulumi up that was killed or lost an answer, removes the lock of the stack, if no other run ' +
    'is at work, and its pending operations; takes over what the stack made and has no record of; deletes client secrets whose ' +
    'value was lost; and names what stands in the directory twice, after one question. What somebody else made is left, unless ' +
    '--take-over names it. The next deployment makes the rest again, client secrets always.\n\n' +
    'After an interruption, run the same command again.',
  examples: ['deploy repair access', 'deploy repair stacks --stack acme-access', 'deploy repair customers --check'],
  exit: ['as declared, or each can be deployed', 'it differs, was not compared, or cannot be deployed yet'],
})
  .addArgument(new Argument('<what>', 'what to repair').choices(REPAIRED))
  .addOption(
    check('there is something to repair, or a name of a program stands twice').conflicts([
      ...['yes', 'removeSpare', 'takeOver', 'skip', 'others'],
    ]),
  )
  .option(
    '--yes',
    'of access and of a program: repair without asking; a lock that may be in use stays (pulumi cancel removes it)',
    false,
  )
  .option('--others', 'of access: also remove what permission sets of others give, and delete these sets', false)
  .option('--stack <name>', 'of stacks: this stack alone (default: all of the estate)')
  .option('--skip', "of stacks: go on rolling back without what can't be rolled back", false)
  .addOption(
    new Option('--take-over <id>', 'of a program: take over the object of this id too, whoever made it')
      .argParser((id: string, before: readonly string[]) => [...before, id])
      .default([] as readonly string[], 'none'),
  )
  .option('--remove-spare', 'of a program: delete what stands twice or was left half made', false)
  .addOption(against())
  .addOption(concurrency('of access: '))
  .addOption(timeout('of access: '));

export type RepairOptions = OptionsOf<typeof repair>;

export const revoke = estateCommand('revoke', {
  summary: 'Remove the access that leaves with the next deployment',
  description:
    'Removes the assignments that the deployed access stacks have and the estate does not, ten at once, one at a time in each ' +
    'account, and waits for each. What people exchange for other access in the same account stays until cdk deploy has made the ' +
    'other. It also removes what CloudFormation failed to delete. deploy and apply-stack run it. It touches only what the stacks ' +
    'of the estate made, and nothing while CloudFormation changes them. After an interruption, run it again. Needs credentials ' +
    'of the account of the access stacks.',
  exit: ['removed, or nothing leaves, or there is no such stack yet', 'some could not be removed, or nothing was'],
})
  .addOption(check('something leaves').conflicts('yes'))
  .option('--yes', 'remove without asking', false)
  .addOption(against());

export const rollOut = estateCommand('roll-out', {
  summary: 'Bring customer-managed policies to the accounts',
  description:
    'Deploys customer-managed policies (access.policies) to the accounts that lack them or have an older document, and removes ' +
    'none: cdk deploy of the stacks of policies, after access, does. With --access it deploys, part by part, what the access ' +
    'stacks have to change beyond the 2,500 resources of one operation; cdk deploy then brings the rest. After an interruption, ' +
    'run it again. Needs credentials of the account of the access stacks.',
  exit: ['rolled out or nothing to do', 'failed or a policy is not everywhere yet'],
})
  .option('--access', 'instead: the parts of the access stacks that come before cdk deploy; mostly none', false)
  .addOption(check('a policy is not everywhere yet').conflicts('yes'))
  .option('--yes', 'roll out without asking', false);

export const handoff = estateCommand('handoff', {
  summary: 'Hand ids and secret of the customers program to the hosting',
  description:
    'Hands ids over to SSM parameters, the client secret to Secrets Manager, and last a version that marks them as complete. ' +
    'Only what differs is written, and no value is printed. A secret that has ended, or ends within a period of its rotation, ' +
    "is refused: run pulumi up. Needs a login to Pulumi's backend, and credentials of the account of the hosting.",
  exit: ['handed over or nothing to do', 'failed or something differs'],
})
  .addOption(check('something differs'))
  .addOption(
    new Option(
      '--url',
      'the other way: print what the estate file lacks for the deployed address of the web, as a patch for git apply; exit 1 if ' +
        'it lacks anything',
    )
      .default(false)
      .conflicts('check'),
  )
  .addOption(
    new Option(
      '--service <name>',
      'instead: the variables of this service, which runs elsewhere, in the file of --to. Needs no credentials of AWS',
    ).conflicts(['check', 'url']),
  )
  .addOption(
    new Option('--to <file>', 'a new file, or one to replace, that its owner alone may read').conflicts([
      'check',
      'url',
    ]),
  );

const day = <Flags extends string>(flags: Flags, description: string) =>
  new Option(flags, description).argParser((text: string) => {
    if (isDay(text)) return text;
    throw new InvalidArgumentError('It must be a day of the calendar, such as 2026-01-31.');
  });

export const evidence = estateCommand('evidence', {
  summary: 'List the records of deployments, and check them',
  description:
    'Lists the records that the pipeline kept of deployments (pipeline.evidence): when, which commit, who approved it, how it ended. It ' +
    'checks the digest of each, and names what was replaced or deleted, and deployments that have no record. Reads the bucket ' +
    '(s3:ListBucketVersions, s3:GetObjectVersion) and the record of what was deployed (ssm:GetParameterHistory).',
  examples: ['deploy evidence --since 2026-01-01 --until 2026-06-30'],
  exit: ['every record is as it was written', 'a record was changed or is missing, or could not be read'],
})
  .addOption(day('--since <day>', 'the first day, in UTC').makeOptionMandatory())
  .addOption(day('--until <day>', 'the last day, in UTC').makeOptionMandatory())
  .addOption(against())
  .addOption(json().conflicts('csv'))
  .option('--csv', 'print a table as CSV: who has which permission set where, or the records of deployments', false);
