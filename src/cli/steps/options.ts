import { Argument } from '@commander-js/extra-typings';
import { against, estateCommand } from '../program/define';

export const steps = estateCommand('steps', {
  summary: 'List what only a person can do, and record what is done',
  description:
    'Lists the steps that Microsoft Graph and AWS have no API for: where to click, what to set, and what shows that it is done. ' +
    'steps done STEP --by NAME records one in estates/NAME/steps.lock.json; once the estate asks for something else, the step ' +
    'is open again. steps check FLOW has a person sign in to a B2C user flow twice in a browser, compares the token with the ' +
    'estate, and records the day and the result; without FLOW it reads an ID token from standard input.',
  examples: [
    'steps',
    "steps done B2C_1_signupsignin1/claims --by 'Ada Lovelace'",
    'steps check B2C_1_signupsignin1_mfa --client ID',
    'steps check < token.txt',
  ],
  exit: ['listed, recorded, or as declared', 'not done, or the token lacks something'],
})
  .addArgument(
    new Argument('[what]', 'what to do').choices(['list', 'done', 'check'] as const).default('list' as const),
  )
  .addArgument(
    new Argument('[step]', 'with done: id of the step, as the list has it; with check: the same, or a user flow'),
  )
  .option('--by <name>', 'with done: name of the person who did it')
  .option('--note <text>', 'with done: what the person saw or did besides')
  .option('--metadata <file>', 'with done identity-center/metadata: the file that was uploaded')
  .option('--client <id>', 'with check: client of the directory to sign in with; its secret is in B2C_CLIENT_SECRET')
  .option('--redirect <url>', "with check: redirect URI of this client on localhost (default: the estate's)")
  .addOption(against());
