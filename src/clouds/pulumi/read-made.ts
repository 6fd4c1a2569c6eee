import { z } from 'zod';
import { ClientId, ObjectId } from '../../estate/source/ids';
import { parseQuietly } from '../../estate/source/json-source';
import { attempt, failed, type Reading } from '../reading';
import type { MadeByPulumi } from '../facts/workforce-facts';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Reads the outputs of a stack as JSON, without its secrets. */
export type ReadOutputs = (stack: string) => Promise<string>;

const Outputs = z.object({
  applicationId: ClientId.optional(),
  groupObjectIds: z.record(z.string(), ObjectId).default({}),
  signingCertificates: z.array(z.object({ name: z.string(), thumbprint: z.string() })).default([]),
});

/** Reads what the workforce program made, by the outputs of its stack. Never throws. */
export function readMade(stack: string, read: ReadOutputs): Promise<Reading<MadeByPulumi>> {
  return attempt(
    async () => parse(stack, await read(stack)),
    (error) => failed(error instanceof Error ? error.message : String(error)),
  );
}

function parse(stack: string, text: string): MadeByPulumi {
  const { success, data } = Outputs.safeParse(parseQuietly(text));
  if (!success) throw new Error(`the outputs of the stack ${stack} are not those of the workforce program`);
  const { applicationId, groupObjectIds, signingCertificates } = data;
  return {
    applicationId,
    certificates: new Map(signingCertificates.map(({ name, thumbprint }) => [name, thumbprint.toUpperCase()])),
    groups: new Map(Object.entries(groupObjectIds)),
  };
}

/** Far above what a stack's outputs can be. */
const MAX_BYTES = 16_000_000;

/** Runs `pulumi stack output`, without secrets. @throws Error if there is no Pulumi, or no such stack */
export const runStackOutput = (stack: string): Promise<string> => runStack('output', stack);

/** An update of a stack, as its backend keeps it. */
export interface Update {
  readonly commit: string;
  readonly message: string;
  /** End, in milliseconds. */
  readonly at: number;
  /** True if it succeeded, of all resources; otherwise it may have changed something. */
  readonly isDone: boolean;
}

const Updates = z.array(
  z.object({
    kind: z.string(),
    message: z.string(),
    result: z.string(),
    endTime: z.iso.datetime({ offset: true }),
    environment: z.object({
      'git.head': z.string().optional(),
      // Options of the command line, by which it was of some resources alone.
      'pulumi.flag.target': z.string().optional(),
      'pulumi.flag.exclude': z.string().optional(),
    }),
  }),
);
type Updates = z.output<typeof Updates>;

const isWhole = ({ result, environment }: Updates[number]): boolean =>
  result === 'succeeded' &&
  environment['pulumi.flag.target'] === undefined &&
  environment['pulumi.flag.exclude'] === undefined;

/**
 * The last updates of a stack from a checkout, the newest first; none where there is no such stack, or since somebody destroyed all of it.
 *
 * @throws Error
 */
export async function readUpdates(stack: string): Promise<readonly Update[]> {
  try {
    const all = Updates.parse(JSON.parse(await runStack('history', stack, '--page-size', '50')));
    const gone = all.findIndex((one) => one.kind === 'destroy' && isWhole(one));
    return all.slice(0, gone === -1 ? all.length : gone).flatMap((one) => {
      const { kind, message, endTime, environment } = one;
      const commit = environment['git.head'];
      if (kind !== 'update' || commit === undefined) return [];
      return [{ commit, message, at: Date.parse(endTime), isDone: isWhole(one) }];
    });
  } catch (error) {
    if (error instanceof Error && error.message.includes('no stack named')) return [];
    throw error;
  }
}

async function runStack(command: string, stack: string, ...further: readonly string[]): Promise<string> {
  const args = ['stack', command, '--json', '--non-interactive', '--stack', stack, ...further];
  try {
    const { stdout } = await promisify(execFile)('pulumi', args, { maxBuffer: MAX_BYTES, env: process.env });
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
