import { Command } from '@commander-js/extra-typings';
import { helpTail } from '../program/define';

export const upgrade = new Command('upgrade')
  .summary('Write the managed files as this version of the package has them')
  .description(
    'Writes the files with the line that marks them as managed, and those that are new in this version. Other files, and files ' +
      'that were deleted, stay as they are. Converts estate files of an older form, with their comments, and prints what has ' +
      'changed since the version before.',
  )
  .option('--check', 'write nothing; exit 1 if a file is stale', false)
  .addHelpText('after', helpTail({ exit: ['written or fresh', 'stale'] }));
