import { GraphError, parsedJson } from '../graph/error';
import type { Context } from '../resource';
import { inside, isProperties, mappingsIn, type Properties, textOf } from '../values';
import { type JobKey, jobPath, notSettled } from './job';

/** One step of the service: import, scoping, matching, export. */
export interface ProvisioningStep {
  readonly type: string;
  /** Success, Skipped, Warning or Failure, as the service writes it. */
  readonly status: string;
  readonly description: string;
}

export interface Provisioned {
  readonly steps: readonly ProvisioningStep[];
  /** True if the target is as the directory now: changed just now, or alike before. */
  readonly isDone: boolean;
  /** Fault or reason for which nothing was done, as the service says it: `NotEffectivelyEntitled`; empty if it says none. */
  readonly reason: string;
}

/** The service skips what is alike on both sides; any other reason leaves the user out. */
const ALIKE = 'RedundantExport';

/**
 * Provisions one user now, as the portal's _Provision on demand_ does: by the rules of the job, so that whom a cycle would leave
 * out is left out here too. Graph takes five such requests in ten seconds.
 *
 * https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-provisionondemand
 *
 * @throws Error if the job has no rule for users, or the answer has no steps
 * @throws GraphError
 */
export async function provisionOnDemand(context: Context, key: JobKey, objectId: string): Promise<Provisioned> {
  const ruleId = await ruleOfUsers(context, key);
  const body = { parameters: [{ ruleId, subjects: [{ objectId, objectTypeName: 'User' }] }] };
  const path = `${jobPath(key)}/provisionOnDemand`;
  return readAnswer(await context.graph.send({ method: 'POST', path, body, retryIf: notSettled }));
}

async function ruleOfUsers({ graph }: Context, key: JobKey): Promise<string> {
  const schema = await graph.send({ method: 'GET', path: `${jobPath(key)}/schema` });
  const rule = mappingsIn(schema['synchronizationRules']).find((one) =>
    mappingsIn(one['objectMappings']).some(
      ({ sourceObjectName, enabled }) => sourceObjectName === 'User' && enabled !== false,
    ),
  );
  if (rule === undefined) throw new Error(`the job ${key.jobId} has no rule that provisions users`);
  return textOf(rule['id']);
}

/**
 * Reads the answer, a pair of JSON texts. Microsoft's pages show two forms: the result in the key and one object in the value, or a
 * constant as the key and a list in the value.
 */
function readAnswer({ key, value }: Properties): Provisioned {
  const summaries = [parsedJson(textOf(value))].flat().filter(isProperties);
  const found = summaries.flatMap((one) => mappingsIn(one['provisioningSteps']));
  if (found.length === 0)
    throw new Error(`the provisioning service answered without steps: ${textOf(value).slice(0, 200)}`);
  const steps = found.map((step) => ({
    type: textOf(step['type']),
    status: textOf(step['status']),
    description: textOf(step['description']),
  }));
  const reason = reasonOf(parsedJson(textOf(key)), found);
  // A warning is about a part of what was written.
  const isDone = steps.every(({ status }) => ['Success', 'Warning'].includes(status)) || reason === ALIKE;
  return { steps, isDone, reason };
}

function reasonOf(key: unknown, steps: readonly Properties[]): string {
  const skipped = steps.map((step) => textOf(inside(step, 'details')['SkipReason']));
  return skipped.find((one) => one !== '') ?? textOf(inside(key, 'details')['errorCode']);
}

export interface Person {
  readonly objectId: string;
  /** `blocked`: provisioning disables it at the target. `unknown` where it was not read, or may not be. */
  readonly account: 'enabled' | 'blocked' | 'unknown';
}

const OBJECT_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Finds a user by user principal name. An object id is taken as it is, so that whoever provisions need not read people.
 *
 * @throws Error if there is no such user, or people may not be read
 */
export async function findUser({ graph }: Context, name: string): Promise<Person> {
  if (OBJECT_ID.test(name)) return { objectId: name, account: 'unknown' };
  const path = `/v1.0/users/${encodeURIComponent(name)}`;
  try {
    const { id, accountEnabled } = await graph.send({ method: 'GET', path, query: { $select: 'id,accountEnabled' } });
    return { objectId: textOf(id), account: accountOf(accountEnabled) };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    if (error.status === 403) throw new Error(`${error.message}; ${WITHOUT_PERMISSION}`, { cause: error });
    if (!error.isNotFound) throw error;
    throw new Error(`there is no user '${name}' in this directory: give a user principal name or an object id`);
  }
}

const WITHOUT_PERMISSION =
  'finding a person by name takes User.ReadBasic.All, which a deployment does not need: give the object id ' +
  '(Entra admin center > Users > the user > Object ID)';

/** With User.ReadBasic.All alone Graph leaves it out. */
function accountOf(accountEnabled: unknown): Person['account'] {
  if (typeof accountEnabled !== 'boolean') return 'unknown';
  return accountEnabled ? 'enabled' : 'blocked';
}
