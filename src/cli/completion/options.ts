import { Argument, Command } from '@commander-js/extra-typings';
import { helpTail } from '../program/define';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const completion = new Command('completion')
  .summary('Print a completion script')
  .description(
    'Prints a script that completes commands, options, estates and files of entra-aws in bash, zsh or fish. Where the PATH has ' +
      'no entra-aws, the script makes it a function that calls npx --no entra-aws.',
  )
  .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
  .addHelpText(
    'after',
    helpTail({
      notes: [
        'Load it from the start file of the shell:',
        '  bash  source <(npx --no entra-aws completion bash)',
        '  zsh   source <(npx --no entra-aws completion zsh)',
        '  fish  npx --no entra-aws completion fish | source',
      ].join('\n'),
      exit: ['printed', 'not printed'],
    }),
  );
