import { Argument, Command, Option } from '@commander-js/extra-typings';
import { AREAS } from '../../clouds/facts/area';
import { estateCommand, helpTail } from '../program/define';
import { accountRole, against, concurrency, integer, json, strict, timeout } from '../program/shared-options';

/** AWS answers for some seconds as before a change. */
const WAIT = { default: 0, min: 0, max: 600 } as const;

export const steps = estateCommand('steps', 'List what only a person can do, and record what is done')
  .description(
    'Lists the steps of an estate that only a person can do, since Microsoft Graph has nothing for them: where to click, what ' +
      'to set, and what shows that it is done. steps done STEP --by NAME records one in estates/NAME/steps.lock.json, with the ' +
      'day and with what was asked for: once the estate asks for something else, the step is open again. steps check reads a ' +
      'token of a sign-in from standard input, verifies it by the keys of its user flow, and names what it lacks.',
  )
  .addArgument(
    new Argument('[what]', 'what to do').choices(['list', 'done', 'check'] as const).default('list' as const),
  )
  .addArgument(new Argument('[step]', 'with done: id of the step, as the list has it'))
  .option('--by <name>', 'with done: name of the person who did it')
  .option('--note <text>', 'with done: what the person saw or did besides')
  .addOption(against())
  .addHelpText(
    'after',
    helpTail({
      examples: ['steps', "steps done B2C_1_signupsignin1/claims --by 'Ada Lovelace'", 'steps check < token.txt'],
      exit: ['listed, recorded, or as declared', 'not done, or the token lacks something'],
    }),
  );

export const doctor = estateCommand('doctor', 'Compare what the clouds have with what the estate says')
  .description(
    'Examines a deployed estate: what Entra ID, Azure AD B2C and AWS have, against what the estate says. It only reads. Sign ' +
      "in to Graph as Pulumi does (ARM_…), to AWS by the SDK's own ways; docs/doctor.md lists the checks and the permissions of each.",
  )
  .addOption(against())
  .addOption(accountRole())
  .option(
    '--only <what...>',
    `an area or a check by its id, may be given several times (default: all that the estate has); areas: ${AREAS.join(', ')}`,
  )
  .option(
    '--wait <seconds>',
    'after a deployment: read access again until it is as declared, and look for drift in the stack sets of policies, for at most ' +
      'this long, up to 600; not where no stack of access was deployed within the last hour',
    integer(WAIT),
    WAIT.default,
  )
  .addOption(strict())
  .addOption(json())
  .option('--junit <file>', 'write JUnit XML as well')
  .option('--markdown <file>', 'write Markdown as well')
  .addOption(concurrency())
  .addOption(timeout())
  .addHelpText('after', helpTail({ exit: ['no failure', 'failures or not done'] }));

export const preflight = estateCommand('preflight', 'Ask AWS, before anything is deployed, what would fail')
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

export const drill = estateCommand('drill', 'Prove the emergency access, up to the step that needs a person')
  .description(
    'Proves the emergency access link by link, from the application in Entra ID to each role and each alarm in AWS, up to the ' +
      'last step, which needs a person; then it says what that person does. It only reads. docs/emergency-access.md lists the ' +
      'links, the permissions, and when to do it.',
  )
  .addOption(against())
  .addOption(accountRole())
  .addOption(strict())
  .addOption(json())
  .option('--out <file>', 'file of a record to keep: Markdown with a table for the people who take part')
  .addOption(concurrency())
  .addOption(timeout())
  .addHelpText('after', helpTail({ exit: ['no failure', 'failures or not done'] }));

export const prove = new Command('prove')
  .summary('Compare a trial tenant, or a sandbox account of AWS, with its stand-in')
  .description(
    'Deploys an estate of its own to a trial tenant, reads it back, changes it, rotates a secret or a certificate and destroys ' +
      'it, and the same against the emulator of Graph before. It records both, without ids, secrets and texts of the tenant, and ' +
      'writes what held, what differed, and what could not be seen. Everything that it makes has a mark in its name; it deletes ' +
      'nothing else. Signs in as a deployment does (ARM_* variables, ARM_TENANT_ID among them); needs pulumi, and Linux. With ' +
      "--kind aws it does so with permission sets, in the account and Region of the SDK's usual credentials, and at a stand-in " +
      'for AWS before. docs/proving.md says what it costs, and which permissions it takes.',
  )
  .addOption(
    new Option('--kind <kind>', 'kind of the tenant, or aws').choices([
      'external-id',
      'b2c',
      'workforce',
      'aws',
    ] as const),
  )
  .option('--directory <name>', 'first part of the initial domain of the tenant: contoso of contoso.onmicrosoft.com')
  .option('--account <id>', 'with aws: id of the account that is meant, in which the credentials must be')
  .option('--stand-in <url>', 'with aws: address of the stand-in for AWS on this machine (docs/stand-in.md)')
  .option('--clean-up', 'destroy what earlier runs that were killed have left, and begin none', false)
  .option(
    '--killed <mark>',
    'mark of a run that was killed, though its process may still be at work, on another machine too',
  )
  .option('--yes', 'begin, or clean up, without asking', false)
  .option('--out <file>', 'file of the report (default: docs/proof/DAY.md)')
  .addHelpText(
    'after',
    helpTail({
      examples: [
        'prove --kind external-id --directory contoso',
        'prove --kind aws --account 111122223333 --stand-in http://localhost:5001',
        'prove --clean-up',
      ],
      exit: ['all held, or all is clean', 'something differed, failed or is left, or the answer was no'],
    }),
  );
