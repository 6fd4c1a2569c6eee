import { AREAS } from '../../clouds/facts/area';
import { CONCURRENCY } from '../../clouds/aws/concurrency';
import { against, estateCommand, helpTail, integer } from '../program/define';

/** AWS answers about 20 calls a second: the largest organizations take ten thousand. */
const TIMEOUT = { default: 900, min: 1, max: 3600 } as const;

/** AWS answers for some seconds as before a change. */
const WAIT = { default: 0, min: 0, max: 600 } as const;

const TIMEOUT_TEXT = 'longest time for a part of the reading';
const STRICT_TEXT = 'exit 1 too if something could not be checked';

export const doctor = estateCommand('doctor', 'Compare what the clouds have with what the estate says')
  .description(
    'Examines a deployed estate: what Entra ID, Azure AD B2C and AWS have, against what the estate says. It only reads. Sign ' +
      "in to Graph as Pulumi does (ARM_…), to AWS by the SDK's own ways; docs/doctor.md lists the checks and the permissions of each.",
  )
  .addOption(against())
  .option(
    '--account-role <role>',
    "the role that is taken on to read accounts of the emergency access (default: the CDK's lookup role)",
  )
  .option(
    '--only <what...>',
    `an area or a check by its id, may be given several times (default: all that the estate has); areas: ${AREAS.join(', ')}`,
  )
  .option(
    '--wait <seconds>',
    'right after a deployment: where access is not as declared, read it again for so long, up to 600',
    integer(WAIT),
    WAIT.default,
  )
  .option('--strict', STRICT_TEXT, false)
  .option('--json', 'print JSON and nothing else', false)
  .option('--junit <file>', 'write JUnit XML as well')
  .option('--markdown <file>', 'write Markdown as well')
  .option(
    '--concurrency <n>',
    `calls to one service at once, ${CONCURRENCY.min} to ${CONCURRENCY.max}`,
    integer(CONCURRENCY),
    CONCURRENCY.default,
  )
  .option('--timeout <seconds>', TIMEOUT_TEXT, integer(TIMEOUT), TIMEOUT.default)
  .addHelpText('after', helpTail({ exit: ['no failure', 'failures or not done'] }));

export const drill = estateCommand('drill', 'Prove the emergency access, up to the step that needs a person')
  .description(
    'Proves the emergency access link by link, from the application in Entra ID to each role and each alarm in AWS, up to the ' +
      'last step, which needs a person; then it says what that person does. It only reads. docs/emergency-access.md lists the ' +
      'links, the permissions, and when to do it.',
  )
  .addOption(against())
  .option(
    '--account-role <role>',
    "the role that is taken on in accounts other than that of the credentials (default: the CDK's lookup role)",
  )
  .option('--strict', STRICT_TEXT, false)
  .option('--json', 'print JSON and nothing else', false)
  .option('--out <file>', 'write a record to keep, as Markdown, with a table for the people who take part')
  .option('--timeout <seconds>', TIMEOUT_TEXT, integer(TIMEOUT), TIMEOUT.default)
  .addHelpText('after', helpTail({ exit: ['no failure', 'failures or not done'] }));
