import type { Finding } from '../../estate/source/finding';
import type { PreviewFacts } from '../facts';

/** A placement file that should have been committed: an error, for whoever deploys would place assignments again. */
export function placementIssues(placement: PreviewFacts['placement']): readonly Finding[] {
  if (placement === undefined) return [];
  const { file, outcome } = placement;
  if (outcome !== 'stale' && outcome !== 'missing') return [];
  const problem =
    outcome === 'stale' ? 'does not place the assignments that the estate has now' : 'there is no such file';
  return [
    {
      file,
      line: 1,
      column: 1,
      severity: 'error',
      code: `placement-${outcome}`,
      path: '',
      problem,
      allowed: 'npm run preview writes it; commit it',
      related: [],
    },
  ];
}
