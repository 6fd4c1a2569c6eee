import { deploy, evidence, handoff, preflight, repair, revoke, rollOut } from './options';
import { runs } from '../program/define';

export const command = runs(deploy, () => import('./run.js'), {
  page: 'deploying.md',
  parts: [
    runs(preflight, () => import('./check.js'), { page: 'operations.md' }),
    runs(repair, () => import('./repair/run.js'), { page: 'rollback.md' }),
    runs(revoke, () => import('./revoke/run.js'), { page: 'access-guide.md' }),
    runs(rollOut, () => import('./roll-out.js')),
    runs(evidence, () => import('./evidence.js'), { page: 'pipeline.md' }),
    runs(handoff, () => import('./handoff.js'), { page: 'deploying.md' }),
  ],
});
