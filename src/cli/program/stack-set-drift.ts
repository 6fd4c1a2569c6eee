import { createIdentityCenterClients } from '../../clouds/aws/aws-clients';
import { beginDriftDetection, type DriftDetection } from '../../clouds/aws/read-stack-sets';
import type { Outcome } from '../../deploy/pipeline/outcome';
import type { EstatePlan } from '../../estate/plan/planner';
import { stackSetPrefix } from '../../estate/sections/access/plan/rollouts';

const CONCURRENCY = 5;

/**
 * The outcome of a look for drift in the policies, with a look begun in their stack sets, which `cdk drift` does not look into. The
 * doctor's check `access-policies` reads what it found, from the next day's report on. Any other outcome stays as it is.
 */
export async function withStackSetDrift(outcome: Outcome, { access, estate }: EstatePlan): Promise<Outcome> {
  if (outcome.step !== 'policies' || access === undefined) return outcome;
  const { organization, stacks } = access;
  const clients = createIdentityCenterClients({
    region: organization.region,
    concurrency: CONCURRENCY,
    onProgress: () => undefined,
  });
  const callAs = stacks[0]?.account === organization.managementAccountId ? 'SELF' : 'DELEGATED_ADMIN';
  try {
    const begun = await beginDriftDetection({ ...clients, callAs }, stackSetPrefix(estate.name));
    return { ...outcome, text: [outcome.text, ...begun.map(lineOf)].join('\n').trim() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const text = `${outcome.text}\nDrift of the stack sets was not looked for. ${why}`.trim();
    return { ...outcome, state: 'failed', text };
  }
}

function lineOf(detection: DriftDetection): string {
  const { stackSet } = detection;
  return 'refusal' in detection
    ? `No look for drift in the stack set ${stackSet}, since another operation is under way: ${detection.refusal}`
    : `A look for drift in the stack set ${stackSet} has begun; the next report says what it found.`;
}
