import { Command } from '@commander-js/extra-typings';
import { estateCommand, helpTail } from '../program/define';
import { against } from '../program/shared-options';

export const scim = new Command('scim')
  .summary('Rotate the SCIM token, or provision people now')
  .description('Acts on the provisioning job in Entra ID by which people and groups come to IAM Identity Center.');

export const rotate = estateCommand('rotate', 'Replace the SCIM token of the provisioning job')
  .description(
    'Gives another SCIM token to the provisioning job in Entra ID: the endpoint must take it before anything is changed, then ' +
      'it is saved, validated as saved, and the job goes on. The same command again finishes what an interrupted one began. A ' +
      'quarantine for too many deletions stays: docs/operations.md says how to decide. The token is read from SCIM_TOKEN, or ' +
      'from standard input; never from the command line, where others could read it. Signs in as the deployment does (ARM_* ' +
      'variables, or entra-aws sign-in); needs Application.ReadWrite.OwnedBy for an application of its own, else Synchronization.ReadWrite.All.',
  )
  .option(
    '--verify',
    'change no token: validate the one that is saved, and lift a quarantine for credentials if it is valid',
    false,
  )
  .addOption(against())
  .addHelpText('after', helpTail({ exit: ['rotated or sound', 'failed'] }));

export const provision = estateCommand('provision', 'Provision people to IAM Identity Center now')
  .description(
    "Provisions people on demand, as the portal's button does, and shows each step: whether they were found, are in scope, and " +
      'what was sent to AWS. Whom a cycle would leave out is left out here too. For a first try of a new estate, and for somebody ' +
      'who cannot wait for the next cycle. Signs in as the deployment does; needs Application.ReadWrite.OwnedBy for an application ' +
      'of its own, else Synchronization.ReadWrite.All; to find somebody by name also User.ReadBasic.All, which the other commands ' +
      'do without, so that entra-aws sign-in bootstrap does not give it: an object id needs no permission.',
  )
  .requiredOption('--user <name...>', 'user principal name or object id; may be given several times')
  .addOption(against())
  .addHelpText('after', helpTail({ exit: ['everybody is there', 'somebody was not provisioned, or it failed'] }));
