import { Argument } from '@commander-js/extra-typings';
import { SCHEMA_LINE } from '../../estate/source/estate-folder';
import { check, command, estatesOption } from '../program/define';

export const docs = command('docs', {
  summary: 'Print a page of the documentation, or write the schema for an editor',
  description:
    'Prints a page, by its name, its title, or the code of a finding; without one, the list of all. With a section, only that ' +
    'part. The pages are those of this version, and need no network; --open opens the page of its site.',
  examples: ['docs operations', "docs operations 'Rotate the SCIM token'", 'docs session-duration'],
  exit: ['printed', 'not printed'],
})
  .addArgument(new Argument('[page]', 'name or title of the page, or code of a finding as reports print it'))
  .addArgument(new Argument('[section]', 'title or anchor of one of its parts'))
  .option('--open', 'open the browser', false);

export const schema = command('schema', {
  summary: 'Write the JSON Schema by which an editor completes estates',
  description:
    'Writes estate.schema.json into the folder of the estates, with what their files name: groups, accounts, OUs, permission ' +
    'sets, and AWS managed policies. preview, snapshot, import and upgrade do so too. The first line of an estate.yaml ' +
    `names it: ${SCHEMA_LINE}`,
  exit: ['written or fresh', 'stale'],
})
  .addOption(estatesOption())
  .addOption(check('the file is stale'));
