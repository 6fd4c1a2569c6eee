import { Option } from '@commander-js/extra-typings';
import { estateCommand, helpTail } from '../program/define';
import { against, check, concurrency, instance, region, timeout } from '../program/shared-options';

const IDENTITY_CENTER = 'Run it in the management account or the delegated administrator of IAM Identity Center.';

export const snapshot = estateCommand('snapshot', 'Write what AWS has into organization.json')
  .description(
    'Reads the organization, its accounts, and the groups of IAM Identity Center from AWS, and writes them to ' +
      `estates/NAME/organization.json. ${IDENTITY_CENTER}`,
  )
  .addOption(check('the file is stale, and show what has changed'))
  .option(
    '--access-only',
    'with --check: tell differences that change no assignment and no stack, and let them pass',
    false,
  )
  .option(
    '--deployed <file>',
    'file that deployed-commit wrote, with --access-only: fail only where the estate would give something, beyond what is deployed, ' +
      'that it would not give by what AWS has now',
  )
  .option('--out <file>', "file to write (default: the estate's organization.json)")
  .addOption(against())
  .addOption(region())
  .addOption(instance())
  .addOption(concurrency())
  .addHelpText('after', helpTail({ exit: ['written or fresh', 'failed or stale'] }));

export const importEstate = estateCommand('import', 'Write an estate for what AWS or Entra ID has today')
  .description(
    'With --from aws it reads permission sets, assignments of groups and attributes for access control from IAM Identity Center, and writes an ' +
      'estate that gives exactly these: estates/NAME/estate.yaml, organization.json and placement.lock.json. Beside it, in ' +
      "plan/NAME/import, what cdk import and cdk deploy need to adopt it (docs/importing.md), and left.txt, which lists what an estate can't " +
      `hold. ${IDENTITY_CENTER} With --from entra it reads the AWS application, groups and provisioning of a tenant, and the ` +
      "applications and user flows of the customers' directory, and writes these sections and what Pulumi needs to adopt " +
      'them. Nothing in a cloud changes.',
  )
  .addOption(new Option('--from <cloud>', 'cloud to read').choices(['aws', 'entra'] as const).default('aws' as const))
  .option('--tenant <id>', "tenant id of the organization's own people (default: the estate's)")
  .option('--customers-tenant <id>', "tenant id of the customers' directory (default: the estate's)")
  .option('--application <name>', 'display name or id of the AWS application (default: the only one)')
  .option('--web-application <name>', "display name or id of the customers' web application (default: the only one)")
  .option('--api-application <name>', 'display name or id of the API that it calls (default: the only one)')
  .option(
    '--web-origin <origin...>',
    "origin of the customers' web application, such as https://claims.example.com; may be given several times (default: the estate's)",
  )
  .option(
    '--scim-endpoint <url>',
    "endpoint of Identity Center for SCIM, which Graph never tells (default: the estate's)",
  )
  .option('--scim-token-expires <day>', "day on which its token ends (default: the estate's)")
  .option('--force', 'replace the sections of an estate that are read; its other sections stay', false)
  .option(
    '--mapping-only',
    "leave the estate's files alone, write the files in plan/NAME/import for the estate as it is",
    false,
  )
  .addOption(against())
  .addOption(region())
  .addOption(instance())
  .addOption(concurrency())
  .option(
    '--users-until <day>',
    'with --from aws: take assignments of single users over as exceptions that end on this day (default: leave them out)',
  )
  .option('--out <folder>', 'folder for these files (default: plan/NAME/import)')
  .addHelpText('after', helpTail({ exit: ['written', 'failed, or the estate has errors to fix'] }));

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
  .addOption(check('something leaves'))
  .option('--yes', 'remove without asking', false)
  .addOption(against())
  .addHelpText(
    'after',
    helpTail({
      exit: ['removed, or nothing leaves, or there is no such stack yet', 'some could not be removed, or nothing was'],
    }),
  );

export const reconcile = estateCommand('reconcile', 'Make the access in AWS what the estate declares')
  .description(
    'Lists how the access in IAM Identity Center differs from the estate, with who made what is not in it, and repairs it on ' +
      'request: takes away assignments that are not in the estate, gives those that are missing, deletes permission sets that a ' +
      'stack of the estate left behind, and gives accounts the latest version of each set; at most ten assignments at once, one at ' +
      'a time in each account. It leaves alone what access.managedElsewhere names, and, without --others, access by permission ' +
      'sets that the estate neither has nor had. What a permission set allows it leaves alone too, and prints the command that ' +
      'sets it back. ' +
      'Interrupted, the same command continues.',
  )
  .option('--yes', 'repair without asking', false)
  .option('--others', 'take away what permission sets of others give, too, and delete these sets', false)
  .addOption(against())
  .addOption(concurrency())
  .addOption(timeout())
  .addHelpText('after', helpTail({ exit: ['as declared', 'it differs, or was not compared'] }));

export const recover = estateCommand(
  'recover',
  'Bring stacks and programs into a state from which they can be deployed',
)
  .description(
    'Looks at the CloudFormation stacks of an estate. One whose first creation failed loses its termination protection, so that ' +
      'the next deployment can make it again; no other stack ever does. One whose update could not be rolled back goes on ' +
      'rolling back; what still fails is listed, of nested stacks too, and --skip goes on without it. Assignments that were removed ' +
      'before a deployment of access that failed are given back: those that the stack still has and the estate does not. What the ' +
      'estate has too is named, for entra-aws reconcile. Acts by the deployment role of cdk bootstrap, or by the credentials ' +
      'themselves (docs/rollback.md).\n\n' +
      'With --program it looks at a Pulumi program instead, after a pulumi up that was killed or lost an answer. It takes away the ' +
      'lock of the stack, if no other run is at work, and its pending operations; looks up in Graph what was made and the stack ' +
      'has no record of, and takes it over where the stack made it: its owner or its content tells; deletes client secrets whose ' +
      'value was lost with the run; and names what stands in the directory twice. It asks one question about all of this. What ' +
      'somebody else made is left, unless --take-over names it. What it does not find is made again by the next deployment, client ' +
      'secrets always. Needs pulumi with a login to its backend, and ' +
      'signs in to Graph as the deployment does (ARM_* variables, or entra-aws sign-in).',
  )
  .option('--stack <name>', 'this stack alone (default: all of the estate)')
  .option('--skip', "go on rolling back without what can't be rolled back", false)
  .addOption(
    new Option('--program <name>', 'recover this program instead of the stacks')
      .choices(['customers', 'workforce'] as const)
      .conflicts(['stack', 'skip']),
  )
  .addOption(
    check('there is something to recover, or a name of a program stands twice').conflicts([
      'yes',
      'removeSpare',
      'takeOver',
      'skip',
    ]),
  )
  .option(
    '--yes',
    'with --program: go on without asking about what the last run made; a lock that may be in use stays (pulumi cancel takes it away)',
    false,
  )
  .addOption(
    new Option(
      '--take-over <id>',
      'with --program: take over the object of this id too, whoever made it; may be given several times',
    )
      .argParser((id: string, before: readonly string[]) => [...before, id])
      .default([] as readonly string[], 'none'),
  )
  .option('--remove-spare', 'with --program: delete what stands twice or was left half made', false)
  .addOption(against())
  .addHelpText('after', helpTail({ exit: ['each can be deployed', 'a stack or program can not be deployed yet'] }));

export const handoff = estateCommand('handoff', 'Hand the ids and the secret of the customers program to the hosting')
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
        '(entra-aws handoff --url | git apply); exit 1 if it lacks anything',
    )
      .default(false)
      .conflicts('check'),
  )
  .addHelpText('after', helpTail({ exit: ['handed over or nothing to do', 'failed or something differs'] }));

export const rollOut = estateCommand('roll-out', 'Bring customer-managed policies to the accounts')
  .description(
    "Deploys the estate's customer-managed policies (access.policies) to the accounts that lack them or have an older document, " +
      'and takes none away: permission sets that are still deployed may refer to what the estate no longer has. cdk deploy of the ' +
      'stacks of policies, after access, takes the rest away. With --access it deploys, part by part, what the access stacks have ' +
      'to change beyond the 2,500 resources that CloudFormation takes in one operation; cdk deploy then brings the rest. ' +
      'Interrupted, the same command continues. Needs credentials of the account that the access stacks are in.',
  )
  .option('--access', 'instead: the parts of the access stacks that come before cdk deploy; mostly none', false)
  .addOption(check('a policy is not everywhere yet'))
  .option('--yes', 'roll out without asking', false)
  .addHelpText(
    'after',
    helpTail({ exit: ['rolled out or nothing to do', 'failed or a policy is not everywhere yet'] }),
  );

export const rotateScimToken = estateCommand('rotate-scim-token', 'Give provisioning another SCIM token')
  .description(
    'Gives another SCIM token to the provisioning job in Entra ID: the endpoint must take it before anything is changed, then ' +
      'it is saved, validated as saved, and the job goes on. The same command again finishes what an interrupted one began. A ' +
      'quarantine for too many deletions stays: docs/operations.md says how to decide. The token is read from SCIM_TOKEN, or ' +
      'from standard input; never from the command line, where others could read it. Signs in as the deployment does (ARM_* ' +
      'variables, or entra-aws sign-in); needs Application.ReadWrite.OwnedBy for an application of its own, else Synchronization.ReadWrite.All.',
  )
  .option(
    '--verify',
    'change no token: validate the one that is saved, and lift a quarantine for credentials if it is valid',
    false,
  )
  .addOption(against())
  .addHelpText('after', helpTail({ exit: ['rotated or sound', 'failed'] }));

export const provision = estateCommand('provision', 'Provision people to IAM Identity Center now')
  .description(
    "Provisions people on demand, as the portal's button does, and shows each step: whether they were found, are in scope, and " +
      'what was sent to AWS. Whom a cycle would leave out is left out here too. For a first try of a new estate, and for somebody ' +
      'who can not wait for the next cycle. Signs in as the deployment does; needs Application.ReadWrite.OwnedBy for an application ' +
      'of its own, else Synchronization.ReadWrite.All; to find somebody by name also User.ReadBasic.All, which the other commands ' +
      'do without, so that entra-aws bootstrap does not give it: an object id needs no permission.',
  )
  .requiredOption('--user <name...>', 'user principal name or object id; may be given several times')
  .addOption(against())
  .addHelpText('after', helpTail({ exit: ['everybody is there', 'somebody was not provisioned, or it failed'] }));
