import type { Finding } from '../../estate/source/finding';
import type { FindingCode } from '../../estate/source/finding-codes';
import type { PlacementOutcome, PreviewFacts } from '../facts';
import { count } from '../blocks/text';
import type { Replacement } from './replacements';

const FAULTS: Readonly<
  Partial<Record<PlacementOutcome, Pick<Finding, 'problem' | 'allowed'> & { readonly code: FindingCode }>>
> = {
  stale: {
    code: 'placement-stale',
    problem: 'does not place the assignments that the estate has now',
    allowed: 'npx --no entra-aws preview writes it; commit it',
  },
  missing: {
    code: 'placement-missing',
    problem: 'there is no such file',
    allowed: 'npx --no entra-aws preview writes it; commit it',
  },
  conflicted: {
    code: 'placement-conflict',
    problem: 'has conflict markers of a merge',
    allowed: 'npx --no entra-aws preview keeps the places of both sides and writes it; commit it',
  },
};

/** A placement file that should have been committed: an error, for whoever deploys would place assignments again. */
export function placementIssues(placement: PreviewFacts['placement']): readonly Finding[] {
  if (placement === undefined) return [];
  const fault = FAULTS[placement.outcome];
  return fault === undefined ? [] : [{ ...AT_TOP, file: placement.file, ...fault }];
}

const AT_TOP = { line: 1, column: 1, severity: 'error', path: '', related: [] } as const;

/**
 * Assignments that are in another shard than where they are deployed: an error, for CloudFormation makes them there before they
 * are gone here. It happens when a removal and a later grant are deployed together.
 */
export function movedIssues(
  placement: PreviewFacts['placement'],
  base: PreviewFacts['base'],
  replacements: readonly Replacement[],
): readonly Finding[] {
  if (placement === undefined || base?.kind !== 'estate' || !base.isDeployed) return [];
  return replacements
    .filter(({ kind }) => kind === 'assignment-moved')
    .map(({ subject, assignments }) => ({
      ...AT_TOP,
      file: placement.file,
      code: 'placement-moved',
      problem: `moves ${count(assignments, 'deployed assignment')} (${subject}), which CloudFormation can't do: it would make each there before it is gone here`,
      allowed: `npx --no entra-aws preview --base ${base.commit} puts them back; commit the file`,
    }));
}
