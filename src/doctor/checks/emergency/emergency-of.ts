import type { EmergencyApplication } from '../../../estate/sections/emergency/emergency';
import type { EmergencyPlan } from '../../../estate/sections/emergency/emergency-plan';
import type { EmergencyApplicationFacts, EmergencyFacts } from '../../../clouds/facts/emergency-facts';
import type { SamlApplication } from '../../../clouds/facts/application-facts';
import { type CheckInput, examine, type Observation } from '../../check';

/**
 * Advice that corrects whatever differs in AWS; a person deploys it. Without the flag CloudFormation compares templates alone, and
 * sees no change (CloudFormation User Guide, 'Using drift-aware change sets').
 */
export const CDK_DEPLOY = 'deploy the emergency access with `cdk deploy --revert-drift` (docs/emergency-access.md)';

/** Plan and read state; undefined where the estate has no emergency access. */
export function emergencyOf({ plan, facts }: CheckInput): { plan: EmergencyPlan; facts: EmergencyFacts } | undefined {
  const { emergency } = plan;
  return emergency === undefined || facts.emergency === undefined
    ? undefined
    : { plan: emergency, facts: facts.emergency };
}

export interface EmergencyEntra {
  readonly declared: EmergencyApplication;
  readonly plan: EmergencyPlan;
  readonly facts: EmergencyApplicationFacts;
}

/** The part in Entra ID; undefined where the identity provider is another one. */
export function entraOf(input: CheckInput): EmergencyEntra | undefined {
  const found = emergencyOf(input);
  const declared = input.plan.estate.emergency?.application;
  const facts = found?.facts.entra;
  return found === undefined || declared === undefined || facts === undefined
    ? undefined
    : { declared, plan: found.plan, facts };
}

/** A check of the application that is there; that it is there at all is a check of its own. */
export function examineEmergencyApplication(
  entra: EmergencyEntra | undefined,
  look: (found: SamlApplication, entra: EmergencyEntra) => readonly Observation[],
): readonly Observation[] | undefined {
  if (entra === undefined) return undefined;
  return examine(entra.facts.application, (found) =>
    found === undefined
      ? [{ outcome: 'unknown', message: `there is no application '${entra.declared.displayName}'` }]
      : look(found, entra),
  );
}

/** Tells whether two documents of JSON say the same: order of keys and lists is none, and a list of one is its item. */
export function saysTheSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map(canonical).toSorted();
    return items.length === 1 ? (items[0] ?? '') : `[${items.join()}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`);
  return `{${entries.toSorted().join()}}`;
}
