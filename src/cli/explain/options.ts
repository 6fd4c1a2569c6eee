import { estateCommand, helpTail } from '../program/define';
import { json } from '../program/shared-options';

export const explain = estateCommand(
  'explain',
  'Explain what a group or user may do in an account, and which lines give it',
)
  .description(
    'Shows what a group, or a user with grants of its own, has in an account: the grant and the selector that give it, at which ' +
      "line, and its stack. Where there is nothing, it shows the nearest reason why not. It reads only the estate's files. " +
      'With --action, shows who may do it and where, by which statement, on which condition and by which grant; each other option ' +
      'narrows the question.',
  )
  .option('--group <name>', 'display name of the group')
  .option('--user <name>', 'user name of somebody to whom a grant is made, instead of --group')
  .option('--account <id-or-name>', 'id of the account, or its exact name')
  .option('--permission-set <name>', 'this permission set only (default: all)')
  .option('--action <name>', 'who may do this, such as s3:DeleteBucket or s3:Delete*')
  .option('--resource <arn>', 'with --action: on this ARN, or a pattern of ARNs (default: some resource)')
  .addOption(json())
  .addHelpText(
    'after',
    helpTail({
      examples: [
        "explain --group 'Claims Developers' --account claims-test",
        'explain --action s3:DeleteBucket --account claims-prod',
        "explain --action 'dynamodb:Delete*' --group 'Claims Developers'",
      ],
      exit: ['explained', 'errors of the estate prevent an answer'],
    }),
  );
