import { command, estateCommand } from '../program/define';

export const upgrade = command('upgrade', {
  summary: 'Write the managed files as this version of the package has them',
  description:
    'Writes the files with the line that marks them as managed, and those that are new in this version. Other files, and files ' +
    'that were deleted, stay as they are. Converts estate files of an older form, with their comments, and prints what has ' +
    'changed since the version before.',
  exit: ['written or fresh', 'stale'],
}).option('--check', 'write nothing; exit 1 if a file is stale', false);

export const eject = estateCommand('eject', {
  summary: 'Write an estate as plain Pulumi and CDK code, to go on without this package',
  description:
    'Writes a CDK app of L1 constructs whose templates are those of the estate, and a Pulumi program for each of its programs ' +
    'with the same resources and names, so that the next deployment changes nothing. It needs no network, and changes ' +
    'nothing of the repository.',
  examples: ['upgrade eject --out ../identity-plain'],
  exit: ['written', 'not written'],
}).option('--out <folder>', 'folder for the code, empty or not there yet (default: plan/NAME/eject)');
