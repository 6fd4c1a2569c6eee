import { Argument, Command } from '@commander-js/extra-typings';
import { SCHEMA_LINE } from '../../estate/source/estate-folder';
import { helpTail } from '../program/define';
import { check, estatesOption } from '../program/shared-options';

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

export const schema = new Command('schema')
  .summary('Write the JSON Schema by which an editor completes estates')
  .description(
    'Writes estate.schema.json into the folder of the estates, with what their files name: groups, accounts, OUs, permission ' +
      'sets, and AWS managed policies. preview, snapshot, import and upgrade do so too. The first line of an estate.yaml ' +
      `names it: ${SCHEMA_LINE}`,
  )
  .addOption(estatesOption())
  .addOption(check('the file is stale'))
  .addHelpText('after', helpTail({ exit: ['written or fresh', 'stale'] }));
