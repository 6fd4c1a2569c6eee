import { Option } from '@commander-js/extra-typings';
import { estateCommand, helpTail } from '../program/define';
import { against, concurrency, instance, region } from '../program/shared-options';

const IDENTITY_CENTER = 'Run it in the management account or the delegated administrator of IAM Identity Center.';

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
