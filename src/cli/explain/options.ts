import { Option } from '@commander-js/extra-typings';
import { against, check, concurrency, estateCommand, integer, json } from '../program/define';

/** IAM keeps the last use for 400 days ('GenerateServiceLastAccessedDetails'). */
const DAYS = { default: 90, min: 1, max: 400 } as const;

export const explain = estateCommand('explain', {
  summary: 'Explain what a group or user may do in an account, and which lines give it',
  description:
    'Shows what a group, or a user with grants of its own, has in an account: the grant and the selector that give it, at which ' +
    'line, its stack, the ARN of its role if aws-roles.json has it, and ways up to administrator. Where there is nothing, it ' +
    'shows the nearest reason why not. With --permission-set, --group, --user or --account alone, it shows the same of each ' +
    "permission set that is meant, in each account. It reads only the estate's files.\n\n" +
    'With --action, shows who may do it and where, by which statement, on which condition and by which grant; each other option ' +
    "narrows the question.\n\nWith --unused, asks IAM when each assigned permission set's actions were last used, and proposes smaller " +
    "sets in the estate's YAML, with what they would take away. It only reads: iam:ListRoles, " +
    'iam:GenerateServiceLastAccessedDetails and iam:GetServiceLastAccessedDetails in each account.',
  examples: [
    "explain --group 'Claims Developers' --account claims-test",
    'explain --permission-set Developer',
    'explain --action s3:DeleteBucket --account claims-prod',
    "explain --action 'dynamodb:Delete*' --group 'Claims Developers'",
    'explain --unused --role OrganizationReader',
    'explain --csv > access.csv',
  ],
  exit: ['explained', 'errors of the estate prevent an answer'],
})
  .option('--group <name>', 'display name of the group')
  .option('--user <name>', 'user name of somebody to whom a grant is made, instead of --group')
  .option('--account <id-or-name>', 'id of the account, or its exact name')
  .option('--permission-set <name>', 'this permission set only (default: all)')
  .option('--action <name>', 'who may do this, such as s3:DeleteBucket or s3:Delete*')
  .option('--resource <arn>', 'with --action: on this ARN, or a pattern of ARNs (default: some resource)')
  .addOption(
    new Option('--unused', 'which permission sets could be smaller, by what was used')
      .default(false)
      .conflicts(['group', 'user', 'account', 'action', 'resource']),
  )
  .addOption(
    new Option('--days <n>', `with --unused: days that count, up to ${DAYS.max}`)
      .argParser(integer(DAYS))
      .default(DAYS.default),
  )
  .option('--role <name>', "with --unused: role to assume in accounts other than the credentials' (default: not read)")
  .addOption(
    new Option('--csv', 'print a table as CSV: who has which permission set where, or the records of deployments')
      .default(false)
      .conflicts(['action', 'resource', 'unused', 'json']),
  )
  .addOption(concurrency('with --unused: '))
  .addOption(against())
  .addOption(json());

export const profiles = estateCommand('profiles', {
  summary: "Write profiles of AWS's programs for what a person has",
  description:
    'Writes ~/.aws/config (or AWS_CONFIG_FILE): a session of the access portal, and a profile for each permission set and account ' +
    'that the named users and groups have, or that anybody has. It reads only the estate. Its sections stand between two marks; ' +
    'everything else in the file stays as it is. The name of a profile has letters, digits and ._+@/-; anything else becomes -.',
  examples: ["explain profiles --group 'Claims Developers' --group 'Security Auditors'"],
  exit: ['written, or up to date', 'there is nothing to write, or the file could not be written'],
})
  .option('--user <name...>', 'user name of somebody to whom a grant is made; may be given several times')
  .option('--group <name...>', 'a group of the person; may be given several times')
  .option('--name <template>', 'names of profiles, from {account}, {id} and {set}', '{account}-{set}')
  .addOption(
    new Option('--form <form>', "aws-cli, which AWS's SDKs read too; or granted, with its own keys")
      .choices(['aws-cli', 'granted'] as const)
      .default('aws-cli' as const),
  )
  .option('--start-url <url>', 'address of the access portal (default: workforce.awsApplication.saml.signOnUrl)')
  .option('--file <path>', 'file to write (default: AWS_CONFIG_FILE, or else ~/.aws/config)')
  .addOption(check('the file is not up to date, and show which profiles differ'));
