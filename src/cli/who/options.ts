import { against, estateCommand, json } from '../program/define';

export const who = estateCommand('who', {
  summary: 'Show what a person could do in AWS at a moment, and what the person did',
  description:
    'Shows what a person could do in AWS at a moment, and what the person did: the estate as it was deployed then, the ' +
    "groups at that time (the current ones, and the changes since in Entra ID's audit log), the permission sets that they " +
    "had, and what was used within twelve hours, from CloudTrail. It names what can't be read. Where the " +
    'pipeline kept no record of deployments in AWS by then, it goes by what was merged.',
  notes: 'Reads AWS as the SDK finds it, and Entra ID with the variables of azuread (ARM_...), as doctor does.',
  exit: ['answered', 'failed, or the logs no longer have what the answer takes'],
})
  .requiredOption(
    '--user <name>',
    'user name in the Identity Store, which is the user principal name or the mail address',
  )
  .requiredOption('--when <time>', 'the moment, such as 2026-11-24T09:00:00Z; a time without a zone is in UTC')
  .option('--group <name...>', 'a group of the person then; may be given several times (default: what the logs say)')
  .option('--offline', 'read only git; needs --group', false)
  .addOption(against())
  .addOption(json());
