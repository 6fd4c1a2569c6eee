import { ASSIGNED_ONLY, scimCredentials } from '../../model/scim-token';
import type { ScimSettings } from '../../model/workforce';
import { GraphError } from '../graph/error';
import type { Context } from '../resource';
import { commandJob, getJob, type JobKey, type JobStatus, notSettled } from './job';
import { synchronizationState } from './synchronization-state';

export interface TokenRotation {
  readonly key: JobKey;
  readonly scim: Pick<ScimSettings, 'endpoint' | 'running'>;
  /** The new token. */
  readonly token: string;
  /** Told of each step that is done. */
  readonly onStep: (text: string) => void;
}

/**
 * Gives another token to a provisioning job. The endpoint must take it before anything is changed; then it is saved, what was
 * saved is validated, and the job goes on, out of quarantine too. Every step may be repeated, so that the same call finishes
 * what an interrupted one began.
 *
 * @throws Error if the endpoint refuses the token, and then nothing was changed; or if the job is not healthy afterwards
 */
export async function rotateToken(context: Context, { key, scim, token, onStep }: TokenRotation): Promise<JobStatus> {
  const credentials = scimCredentials(scim, token);
  await tryToken(context, key, credentials);
  onStep('the endpoint takes the new token');
  await saveCredentials(context, key, [...credentials, ASSIGNED_ONLY]);
  onStep('the job has the new token');
  return verifyToken(context, { key, scim, onStep });
}

/** Validates what is saved, and has the job run if the estate says so. @throws Error as `rotateToken` */
export async function verifyToken(
  context: Context,
  { key, scim, onStep }: Omit<TokenRotation, 'token'>,
): Promise<JobStatus> {
  await validateSaved(context, key);
  onStep('the endpoint takes the token that is saved');
  // What is saved was validated just now, whether the job is to run or not.
  const news = { ...key, running: scim.running, validate: false };
  const olds = { inputs: news, outputs: {} };
  await synchronizationState.update(`${key.servicePrincipalId}/${key.jobId}`, { olds, news }, context);
  const status = await getJob(context, key);
  onStep(`the job is ${status.code}`);
  return status;
}

type Credentials = ReturnType<typeof scimCredentials<string>>;

async function tryToken(context: Context, key: JobKey, credentials: Credentials): Promise<void> {
  await validate(context, key, {
    body: { credentials },
    refusal: 'the endpoint refuses the new token; nothing was changed',
  });
}

async function validateSaved(context: Context, key: JobKey): Promise<void> {
  const refusal = 'the endpoint refuses the token that is saved: provisioning stands still';
  await validate(context, key, { body: { useSavedCredentials: true }, refusal });
}

async function validate(
  context: Context,
  key: JobKey,
  { body, refusal }: { readonly body: object; readonly refusal: string },
): Promise<void> {
  try {
    await commandJob(context, key, { command: 'validateCredentials', body });
  } catch (error) {
    if (!(error instanceof GraphError) || !error.isRefusal) throw error;
    throw new Error(`${refusal}: ${error.message}`);
  }
}

/** Replaces all credentials: those that the workforce program saves, in its order. */
async function saveCredentials({ graph }: Context, key: JobKey, value: Credentials): Promise<void> {
  const path = `/v1.0/servicePrincipals/${key.servicePrincipalId}/synchronization/secrets`;
  await graph.send({ method: 'PUT', path, body: { value }, missing: 'lags', retryIf: notSettled });
}
