import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Far above what a stack's outputs can be. */
const MAX_BYTES = 16_000_000;

/** Runs `pulumi stack output`, without secrets. @throws Error if there is no Pulumi, or no such stack */
export async function runStackOutput(stack: string): Promise<string> {
  const args = ['stack', 'output', '--json', '--non-interactive', '--stack', stack];
  try {
    const { stdout } = await promisify(execFile)('pulumi', args, { maxBuffer: MAX_BYTES });
    return stdout;
  } catch (error) {
    const { stderr = '', code } = error as { readonly stderr?: string; readonly code?: unknown };
    const reason = code === 'ENOENT' ? 'it is not installed' : (stderr.trim().split('\n')[0] ?? '');
    throw new Error(
      `pulumi ${args.join(' ')} failed (${reason}): install Pulumi, sign in to its backend (pulumi login), and run this again`,
      { cause: error },
    );
  }
}
