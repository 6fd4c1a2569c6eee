import { Option } from '@commander-js/extra-typings';
import { deployed, estateCommand, integer, json } from '../program/define';

export const preview = estateCommand('preview', {
  summary: 'Show offline what an estate grants, registers and changes',
  description:
    'Shows offline what an estate grants and registers, what is wrong with it, and, against a git revision, who gains and who ' +
    'loses access and what else changes. Writes preview.md (for a pull request), index.html and preview.json, and a stale ' +
    'placement.lock.json. With --watch an open page follows each save; Ctrl-C ends it.',
  examples: ['preview --base main', 'preview --watch'],
  notes: 'With CI=true the placement file is not written: a stale or missing one is an error.',
  exit: ['no error found, or a watch ended', 'errors found or not done'],
})
  .option(
    '--base <revision>',
    'compare with this git revision; for what a branch itself changes, "$(git merge-base origin/main HEAD)"',
  )
  .addOption(deployed())
  .option('--out <folder>', 'folder for the files (default: plan/NAME)')
  .option('--sarif <file>', 'write the findings to this file as SARIF, for the security tab of a forge')
  .addOption(json())
  .option('--no-cache', 'compute everything again, as with CI=true')
  .option('--day <yyyy-mm-dd>', 'the day in UTC for which secrets and certificates are shown (default: today)')
  .addOption(
    new Option('--watch', 'preview again whenever a file of the estate is saved, and serve the page on this machine')
      .default(false)
      .conflicts(['base', 'deployed', 'out', 'sarif', 'json', 'cache', 'day']),
  )
  .option(
    '--port <port>',
    'port of the page, with --watch (default: any that is free)',
    integer({ min: 0, max: 65_535 }),
  );
