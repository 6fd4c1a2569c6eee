import { spawnSync } from 'node:child_process';
import { HandoffError } from './store';

/** Far above what a stack's outputs can be. */
const MAX_BYTES = 16_000_000;

/** The plain command that reads the outputs of a stack, with its secrets. */
export function outputCommand(stack: string): readonly string[] {
  return ['pulumi', 'stack', 'output', '--json', '--show-secrets', '--non-interactive', '--stack', stack];
}

/**
 * Runs it and answers what it prints. What it writes to standard error goes into the message of a failure, which is printed
 * without the secrets that it quotes.
 *
 * @throws HandoffError if there is no Pulumi, or no such stack
 */
export function readStackOutputs(stack: string): string {
  const [command = '', ...args] = outputCommand(stack);
  const { error, status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: MAX_BYTES,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error !== undefined) {
    throw new HandoffError(
      `pulumi can't be run (${error.message}): install it, https://www.pulumi.com/docs/iac/download-install`,
    );
  }
  if (status === 0) return stdout;
  throw new HandoffError(
    `${outputCommand(stack).join(' ')} failed (exit code ${String(status)}):\n${stderr.trim()}\n` +
      'Sign in to the backend (pulumi login), and deploy the stack first (pulumi up).',
  );
}
