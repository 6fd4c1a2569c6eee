import { Option } from '@commander-js/extra-typings';
import { against, concurrency, estateCommand, instance, region } from '../program/define';

const IDENTITY_CENTER = 'Run it in the management account or the delegated administrator of IAM Identity Center.';

export const importEstate = estateCommand('import', {
  summary: 'Write an estate for what AWS or Entra ID has today',
  description:
    'With --from aws it reads permission sets, assignments of groups and attributes for access control, and writes an estate that ' +
    `gives exactly these, and in plan/NAME/import the files by which cdk adopts it, and left.txt, which lists the rest. ${IDENTITY_CENTER} ` +
    "With --from entra it reads the AWS application, groups and provisioning of a tenant, and the customers' directory, and " +
    'writes what Pulumi needs to adopt them. With --saml it reads the addresses of IAM Identity Center from the metadata that AWS ' +
    'offers for download, and compares them with the estate or prints its lines. Nothing in a cloud changes.',
  exit: ['written', 'failed, or the estate has errors to fix'],
})
  .addOption(new Option('--from <cloud>', 'cloud to read').choices(['aws', 'entra'] as const).default('aws' as const))
  .option('--tenant <id>', "tenant id of the organization's own people (default: the estate's)")
  .option('--customers-tenant <id>', "tenant id of the customers' directory (default: the estate's)")
  .option('--application <name>', 'display name or id of the AWS application (default: the only one)')
  .option('--web-application <name>', "display name or id of the customers' web application (default: the only one)")
  .option('--api-application <name>', 'display name or id of the API that it calls (default: the only one)')
  .option(
    '--web-origin <origin...>',
    "origin of the customers' web application, such as https://claims.example.com (default: the estate's)",
  )
  .option(
    '--scim-endpoint <url>',
    "endpoint of IAM Identity Center for SCIM, which Graph does not return (default: the estate's)",
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
    'with --from aws: take over assignments of single users as exceptions until this day (default: leave them out)',
  )
  .option('--saml <file>', "metadata file of IAM Identity Center; with --out also fetches Entra's, ready to upload")
  .option('--out <folder>', 'folder for these files (default: plan/NAME/import)');
