import { against, check, concurrency, estateCommand, instance, region } from '../program/define';

const IDENTITY_CENTER = 'Run it in the management account or the delegated administrator of IAM Identity Center.';

export const snapshot = estateCommand('snapshot', {
  summary: 'Write what AWS has into organization.json and aws-policies.json',
  description: `Writes the organization, its accounts, and the groups of IAM Identity Center to estates/NAME/organization.json, and documents that decide what access lets people do to aws-policies.json beside it: AWS managed policies of the estate, service and resource control policies. With access.roleInventory, it writes the roles of the active accounts to aws-roles.json. ${IDENTITY_CENTER}`,
  exit: ['written or fresh', 'failed or stale'],
})
  .addOption(check('the file is stale, and show what has changed'))
  .option(
    '--access-only',
    'with --check: print differences that change no assignment and no stack, and let them pass',
    false,
  )
  .option(
    '--deployed <file>',
    'file that deployed-commit wrote, with --access-only: fail only where the estate would give something new that it would not ' +
      'give by what AWS has now',
  )
  .option(
    '--out <file>',
    "file to write (default: the estate's organization.json); aws-policies.json and aws-roles.json are written beside it",
  )
  .addOption(against())
  .addOption(region())
  .addOption(instance())
  .addOption(concurrency());
