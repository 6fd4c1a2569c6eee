import { Argument } from '@commander-js/extra-typings';
import { command } from '../program/define';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const completion = command('completion', {
  summary: 'Print a completion script',
  description:
    'Prints a script that completes commands, options and values in bash, zsh or fish: after entra-aws, npx entra-aws, npm exec ' +
    'entra-aws, and the scripts of package.json that call it. It runs the package of the repository that you are in. Where the ' +
    'PATH has no entra-aws, the script makes it a function. With words, prints what may follow them.',
  notes: [
    'Load it in a shell; `npx --no entra-aws docs own-repository` says how in its start file:',
    '  bash  source <(npx --no entra-aws completion bash)',
    '  zsh   source <(npx --no entra-aws completion zsh)',
    '  fish  npx --no entra-aws completion fish | source',
  ].join('\n'),
  exit: ['printed', 'not printed'],
})
  .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
  .addArgument(new Argument('[words...]', 'after --: words of a command line, the last as far as it is typed'));
