import { Command } from '@commander-js/extra-typings';
import { estateCommand, helpTail } from '../program/define';

export const init = estateCommand('init', "Make this folder a team's repository with an estate")
  .description(
    "Makes the working directory a team's repository: an estate that starts as a copy of the example, cdk.json, Pulumi.yaml, " +
      'entries for Bicep, a workflow for GitHub, settings for an editor, and scripts in package.json. A file that is there ' +
      'already stays. Without --yes it only says what it would write.',
  )
  .option('--yes', 'write the files', false)
  .option('--package <spec>', 'where npm gets this package from (default: its version)')
  .option('--no-github', 'no workflow for GitHub')
  .option('--owners <team>', 'who reviews what judges a change, for CODEOWNERS: @org/identity')
  .addHelpText(
    'after',
    helpTail({ examples: ['init --estate acme --yes'], exit: ['written, or said', 'not written'] }),
  );

export const upgrade = new Command('upgrade')
  .summary('Write the managed files as this version of the package has them')
  .description(
    'Writes the managed files again as this version of the package has them: those with the line that says so. Files without ' +
      'it, and files that were deleted, are left alone.',
  )
  .option('--check', 'write nothing; exit 1 if a file is stale', false)
  .addHelpText('after', helpTail({ exit: ['written or fresh', 'stale'] }));
