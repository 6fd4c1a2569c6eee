import { Argument, Command } from '@commander-js/extra-typings';
import { estateCommand, helpTail } from '../program/define';
import { check } from '../program/shared-options';

export const docs = new Command('docs')
  .summary('Print the page about a finding, or write the schema for an editor')
  .description('Prints pages about findings, and writes the JSON Schema of an estate. It needs no network.');

export const finding = new Command('finding')
  .summary('Print the page about a finding: its cause, an example and the remedy')
  .description(
    'Prints its meaning, cause, an example and the remedy. Without a code it lists all findings. It needs no network.',
  )
  .addArgument(new Argument('[code]', 'code of the finding, as reports print it'))
  .addHelpText('after', helpTail({ examples: ['docs finding session-duration'], exit: ['printed', 'not printed'] }));

export const schema = estateCommand('schema', 'Write the JSON Schema by which an editor completes an estate')
  .description(
    'Writes estate.schema.json beside estate.yaml, with the OUs, accounts and groups of organization.json and the permission sets ' +
      'of the estate. Make the first line of estate.yaml: # yaml-language-server: $schema=estate.schema.json',
  )
  .addOption(check('the file is stale'))
  .addHelpText('after', helpTail({ exit: ['written or fresh', 'stale'] }));
