import { Command } from '@commander-js/extra-typings';
import { helpTail } from '../program/define';

export const upgrade = new Command('upgrade')
  .summary('Write the managed files as this version of the package has them')
  .description(
    'Writes the managed files again as this version of the package has them: those with the line that says so, and those that ' +
      'are new in this version. Files without the line, and files that were deleted, are left alone. Estate files of an older ' +
      'form are converted, with their comments. Says what has changed since the version before.',
  )
  .option('--check', 'write nothing; exit 1 if a file is stale', false)
  .addHelpText('after', helpTail({ exit: ['written or fresh', 'stale'] }));
