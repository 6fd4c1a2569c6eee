import { AREAS } from '../../clouds/facts/facts';
import {
  accountRole,
  against,
  concurrency,
  estateCommand,
  integer,
  json,
  quick,
  strict,
  timeout,
} from '../program/define';

/** AWS answers for some seconds as before a change. */
const WAIT = { default: 0, min: 0, max: 600 } as const;

export const doctor = estateCommand('doctor', {
  summary: 'Compare what the clouds have with what the estate says',
  description:
    'Compares Entra ID, the directory of the customers and AWS with the estate. It only reads. Sign in to Graph as Pulumi does ' +
    '(ARM_…), to AWS as the SDK does; `npx --no entra-aws docs doctor` lists the checks and permissions.',
  exit: ['no failure', 'failures or not done'],
})
  .addOption(against())
  .addOption(accountRole())
  .option('--only <what...>', `areas or ids of checks (default: all that the estate has); areas: ${AREAS.join(', ')}`)
  .option(
    '--wait <seconds>',
    'after a deployment: read access again until it is as declared, and detect drift of stack sets, for at most this long, up to 600',
    integer(WAIT),
    WAIT.default,
  )
  .addOption(quick())
  .addOption(strict())
  .addOption(json())
  .option('--junit <file>', 'write JUnit XML as well')
  .option('--markdown <file>', 'write Markdown as well')
  .addOption(concurrency())
  .addOption(timeout());

export const drill = estateCommand('drill', {
  summary: 'Test the emergency access, up to the step that needs a person',
  description:
    'Tests the emergency access link by link, up to the last step, which needs a person, and prints what that person does. It only ' +
    'reads. `npx --no entra-aws docs doctor` lists the permissions, `npx --no entra-aws docs emergency-access` the occasions.',
  exit: ['no failure', 'failures or not done'],
})
  .addOption(against())
  .addOption(accountRole())
  .addOption(strict())
  .addOption(json())
  .option('--out <file>', 'file of a record to keep: Markdown with a table for the people who take part')
  .addOption(concurrency())
  .addOption(timeout());
