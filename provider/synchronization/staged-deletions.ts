import { GraphError } from '../graph/error';
import type { Context } from '../resource';
import { isProperties, type Properties, textOf } from '../values';
import type { JobKey } from './job';

/** The cycle that led to a quarantine began before it, and staged what it found. */
const LOOK_BACK_MS = 86_400_000;

/**
 * Counts staged deletions in the provisioning log since shortly before a quarantine: `12 User, 1 Group`. Undefined
 * where it has none, or can't be read: that takes AuditLog.Read.All, which no deployment needs otherwise.
 */
export async function countStagedDeletions(
  { graph }: Context,
  { jobId }: JobKey,
  since: string,
): Promise<string | undefined> {
  const began = Date.parse(since);
  if (Number.isNaN(began)) return undefined;
  const after = new Date(began - LOOK_BACK_MS).toISOString();
  const query = { $filter: `jobId eq '${jobId}' and activityDateTime gt ${after}` };
  try {
    return describe(await graph.list('/v1.0/auditLogs/provisioning', { query }));
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

/** Each person once: every evaluation stages what is held back again. */
function describe(entries: readonly Properties[]): string | undefined {
  const staged = entries
    .filter(({ provisioningAction }) => textOf(provisioningAction).toLowerCase() === 'stageddelete')
    .map(({ sourceIdentity }) => (isProperties(sourceIdentity) ? sourceIdentity : {}));
  const typeById = new Map(staged.map(({ id, identityType }) => [textOf(id), textOf(identityType) || 'other']));
  const types = [...typeById.values()];
  const counts = [...new Set(types)].map((type) => `${types.filter((one) => one === type).length} ${type}`);
  return counts.length === 0 ? undefined : counts.join(', ');
}
