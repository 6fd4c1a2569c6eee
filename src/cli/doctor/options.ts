import { AREAS } from '../../clouds/facts/facts';
import { estateCommand, helpTail } from '../program/define';
import { accountRole, against, concurrency, integer, json, strict, timeout } from '../program/shared-options';

/** AWS answers for some seconds as before a change. */
const WAIT = { default: 0, min: 0, max: 600 } as const;

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
      'this long, up to 600; a deployment of access that failed, or that ended as long ago, is not waited for',
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

export const drill = estateCommand('drill', 'Test the emergency access, up to the step that needs a person')
  .description(
    'Tests the emergency access link by link, from the application in Entra ID to each role and each alarm in AWS, up to the ' +
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
