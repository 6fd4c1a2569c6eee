import { Argument, Command } from '@commander-js/extra-typings';
import { estateCommand, helpTail } from '../program/define';
import { against, check, deployed, integer, json } from '../program/shared-options';

export const preview = estateCommand('preview', 'Show offline what an estate grants, registers and changes')
  .description(
    'Shows offline what an estate grants and registers, what is wrong with it, and, against a git revision, who gains and ' +
      'who loses access and which applications, user flows, groups and the like change. Writes preview.md (for a pull ' +
      'request), index.html and preview.json, and placement.lock.json where that is stale.',
  )
  .option(
    '--base <revision>',
    'compare with the estate at this git revision; for what a branch itself changes, give "$(git merge-base origin/main HEAD)"',
  )
  .addOption(deployed())
  .option('--out <folder>', 'folder for the files (default: plan/NAME)')
  .addOption(json())
  .option('--no-cache', 'find out everything again, as a preview with CI=true does')
  .option('--day <yyyy-mm-dd>', 'the day in UTC for which secrets and certificates are shown (default: today)')
  .addHelpText(
    'after',
    helpTail({
      examples: ['preview', 'preview --base main'],
      notes: 'With CI=true the placement file is not written: a stale or missing one is an error.',
      exit: ['no error found', 'errors found or not done'],
    }),
  );

export const explain = estateCommand('explain', 'Say what a group or user has in an account, and which lines give it')
  .description(
    'Says what a group, or a user with grants of its own, has in an account: which grant and which selector give it, at which line, and in which stack it ' +
      "lives. Where there is nothing, it says the nearest reason why not. It calls no service: it reads only the estate's files.",
  )
  .option('--group <name>', 'display name of the group')
  .option('--user <name>', 'user name of somebody to whom a grant is made, instead of --group')
  .requiredOption('--account <id-or-name>', 'id of the account, or its exact name')
  .option('--permission-set <name>', 'this permission set only (default: all)')
  .addOption(json())
  .addHelpText(
    'after',
    helpTail({
      examples: ["explain --group 'Claims Developers' --account claims-test"],
      exit: ['explained', 'errors of the estate prevent an answer'],
    }),
  );

export const who = estateCommand('who', 'Say what a person could do in AWS at a moment, and what the person did')
  .description(
    'Says what a person could do in AWS at a moment, and what the person did: the estate as it was on this branch then, the ' +
      "groups at that time (the current ones, and what Entra ID's audit log says has changed since), the permission sets that they " +
      "had, and what CloudTrail says was used within twelve hours. It says what can't be read. It goes by what was merged, not " +
      'by when that was deployed.',
  )
  .requiredOption(
    '--user <name>',
    'user name in the Identity Store, which is the user principal name or the mail address',
  )
  .requiredOption('--when <time>', 'the moment, such as 2026-11-24T09:00:00Z; a time without a zone is in UTC')
  .option('--group <name...>', 'a group of the person then; may be given several times (default: what the logs say)')
  .option('--offline', 'read only git; needs --group', false)
  .addOption(against())
  .addOption(json())
  .addHelpText(
    'after',
    helpTail({
      notes: 'Reads AWS as the SDK finds it, and Entra ID with the variables of azuread (ARM_...), as doctor does.',
      exit: ['answered', 'failed, or the logs no longer have what the answer takes'],
    }),
  );

export const architecture = estateCommand('architecture', 'Draw the hosting of an estate')
  .description('Draws the hosting of an estate from the templates that the CDK synthesises.')
  .option('--out <file>', 'file of the picture (default: plan/NAME/hosting.svg)')
  .addOption(check('the picture is stale'))
  .addHelpText('after', helpTail({ exit: ['written or fresh', 'stale or not drawn'] }));

export const finding = new Command('finding')
  .summary('Say what a finding means, why it is one, and what to do')
  .description(
    'Prints the page about a finding, as the documentation has it: what it means, why the rule exists, an example and what to ' +
      'do. Without a code it lists all findings. It needs no network.',
  )
  .addArgument(new Argument('[code]', 'code of the finding, as reports print it'))
  .addHelpText('after', helpTail({ examples: ['finding session-duration'], exit: ['printed', 'not printed'] }));

export const schema = estateCommand('schema', 'Write the JSON Schema that an editor completes an estate with')
  .description(
    'Writes estate.schema.json beside estate.yaml: the JSON Schema for editors, with the OUs, accounts and groups of ' +
      'organization.json and the permission sets of the estate, which the editor offers where the file names one. A comment in ' +
      'the first line of estate.yaml tells the editor: # yaml-language-server: $schema=estate.schema.json',
  )
  .addOption(check('the file is stale'))
  .addHelpText('after', helpTail({ exit: ['written or fresh', 'stale'] }));

export const watch = estateCommand('watch', 'Preview an estate whenever one of its files is saved')
  .description(
    'Previews an estate whenever one of its files is saved, and serves the page on this machine; an open page follows. Prints ' +
      'what is found each time. Writes estate.schema.json as `schema` does, and placement.lock.json where that is stale.',
  )
  .option('--port <port>', 'port of the page; 0 is any that is free', integer({ min: 0, max: 65_535 }), 0)
  .addHelpText('after', helpTail({ exit: ['ended by Ctrl-C or a signal', 'could not start'] }));
