import type { Context } from '../resource';
import {
  type Credential,
  CredentialsRefused,
  getJob,
  idOfJob,
  type JobKey,
  type JobStatus,
  saveCredentials,
  validateCredentials,
} from './job';
import { synchronizationState } from './synchronization-state';

export interface TokenRotation {
  readonly key: JobKey;
  /** True if the job shall run on its schedule. */
  readonly running: boolean;
  /** Credentials with the new token. */
  readonly credentials: readonly Credential[];
  /** Settings that are saved beside them. */
  readonly settings: readonly Credential[];
  /** Told of each step that is done. */
  readonly onStep: (text: string) => void;
}

/**
 * Gives another token to a provisioning job. The endpoint must take it before anything is changed; then it is saved, what was
 * saved is validated, and the job goes on, out of quarantine too if that is about credentials. Deletions that are held back
 * stay so. Every step may be repeated, so that the same call finishes what an interrupted one began.
 *
 * @throws Error if the endpoint refuses the token, and then nothing was changed; or if the job is not healthy afterwards
 */
export async function rotateToken(context: Context, rotation: TokenRotation): Promise<JobStatus> {
  const { key, credentials, settings, onStep } = rotation;
  await validate(context, key, { credentials, refusal: 'the endpoint refuses the new token; nothing was changed' });
  onStep('the endpoint takes the new token');
  await saveCredentials(context, key, [...credentials, ...settings]);
  onStep('the job has the new token');
  return verifyToken(context, rotation);
}

/** Validates what is saved, and has a job that was not paused run if the estate says so. @throws Error as `rotateToken` */
export async function verifyToken(
  context: Context,
  { key, running, onStep }: Omit<TokenRotation, 'credentials' | 'settings'>,
): Promise<JobStatus> {
  const refusal = 'the endpoint refuses the token that is saved: provisioning stands still';
  await validate(context, key, { credentials: undefined, refusal });
  onStep('the endpoint takes the token that is saved');
  // What is saved was validated just now, whether the job is to run or not. Deletions are accepted by a deployment alone.
  const before = await getJob(context, key);
  if (running && !before.isRunning && before.quarantine === undefined) {
    // A pause may hide deletions that are held back: only the state of the stack remembers them.
    onStep(`the job is ${before.code} and was not started: pulumi up starts it`);
    return before;
  }
  const news = { ...key, running, validate: false };
  await synchronizationState.update(idOfJob(key), { olds: { inputs: news, outputs: {} }, news }, context);
  const status = await getJob(context, key);
  onStep(`the job is ${status.code}`);
  return status;
}

interface Validation {
  readonly credentials: readonly Credential[] | undefined;
  readonly refusal: string;
}

async function validate(context: Context, key: JobKey, { credentials, refusal }: Validation): Promise<void> {
  try {
    await validateCredentials(context, key, credentials);
  } catch (error) {
    if (error instanceof CredentialsRefused) throw new Error(`${refusal}: ${error.message}`);
    throw error;
  }
}
