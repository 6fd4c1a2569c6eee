import { Option } from '@commander-js/extra-typings';
import { against, check, estateCommand, json, program } from '../program/define';

export const signIn = estateCommand('sign-in', {
  summary: "Run a command as this laptop's application for deployments",
  description:
    'Runs a command as the application of sign-in bootstrap: it gets the variables that azuread and entragraph read ' +
    "(ARM_CLIENT_ID, ARM_OIDC_TOKEN and so on), with a statement signed by this laptop's certificate and valid for an hour, and " +
    'never the key. Without --program it gets those of both directories, each prefixed (CUSTOMERS_ARM_CLIENT_ID), as the doctor ' +
    'and deploy read them. Exits as the command does.',
  examples: ['sign-in --program customers -- pulumi up --stack NAME-customers', 'sign-in -- npx --no entra-aws deploy'],
  exit: ["the command's own", "the command's own, or this laptop has no key that is good"],
})
  .argument('[command...]', 'command to run, after --')
  .addOption(program())
  .addOption(
    new Option(
      '--person <way>',
      'sign in to the application yourself, with permissions that only read: for the doctor and import',
    ).choices(['browser', 'device-code'] as const),
  );

export const bootstrap = estateCommand('bootstrap', {
  summary: 'Make the applications as which an estate is deployed to Entra ID',
  description:
    "Makes an application in each directory for deployments, with the least permissions of Microsoft Graph that the estate's " +
    'resources need, and shows each with its reason. --laptop gives it a certificate for this laptop; --pipeline has it trust ' +
    'the jobs of the pipeline, and makes a second one for previews, which only reads; with the section azure, the pipeline has ' +
    'managed identities in the Entra tenant, and it gives these their permissions. It asks before it changes anything. You ' +
    "sign in as Privileged Role Administrator or Global Administrator; Azure CLI's login cannot do this.",
  exit: ['as the estate needs it, or removed', 'it differs, or failed'],
})
  .addOption(program())
  .option('--laptop', 'a certificate for this laptop (default: both)', false)
  .option('--pipeline', 'trust in the jobs of the pipeline (default: both)', false)
  .addOption(
    new Option('--remove', 'take back what was made').default(false).conflicts(['laptop', 'pipeline', 'check']),
  )
  .addOption(
    new Option(
      '--sign-in <way>',
      'sign in with a browser of this machine, or with a code that you enter in any browser',
    )
      .choices(['browser', 'device-code'] as const)
      .default('browser' as const),
  )
  .option('--client-id <id>', 'public client to sign in with (default: Microsoft Graph Command Line Tools)')
  .option('--known-certificate <id...>', "key id of the certificate of a colleague's laptop, as a check names it")
  .addOption(
    check('an application differs from what the estate needs, or somebody else could sign in as it').conflicts('yes'),
  )
  .option('--yes', 'go on without asking', false)
  .addOption(json())
  .addOption(against());
