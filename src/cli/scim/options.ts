import { against, command, estateCommand } from '../program/define';

export const scim = command('scim', {
  summary: 'Rotate the SCIM token, or provision people now',
  description: 'Acts on the provisioning job in Entra ID by which people and groups come to IAM Identity Center.',
});

export const rotate = estateCommand('rotate', {
  summary: 'Replace the SCIM token of the provisioning job',
  description:
    'Tries another SCIM token on the endpoint, saves it, validates it as saved, and lets the provisioning job go on. After an ' +
    'interruption, run it again. A quarantine for too many deletions stays: ' +
    "npx --no entra-aws docs operations 'Too many deletions'. The token is read from " +
    'SCIM_TOKEN, or from standard input; never from the command line, where others could read it. Signs in as the deployment ' +
    'does; needs Application.ReadWrite.OwnedBy for an application that it owns, else Synchronization.ReadWrite.All.',
  exit: ['rotated or sound', 'failed'],
})
  .option(
    '--verify',
    'change no token: validate the one that is saved, and lift a quarantine for credentials if it is valid',
    false,
  )
  .addOption(against());

export const provision = estateCommand('provision', {
  summary: 'Provision people to IAM Identity Center now',
  description:
    "Provisions people on demand, as the portal's button does, and shows each step: whether they were found, are in scope, and " +
    'what was sent to AWS. People a cycle skips are skipped here, too. Signs in as the deployment does, with the permissions of ' +
    'scim rotate, and to find somebody by name also User.ReadBasic.All: an object id needs no permission.',
  exit: ['everybody is there', 'somebody was not provisioned, or it failed'],
})
  .requiredOption('--user <name...>', 'user principal name or object id')
  .addOption(against());
