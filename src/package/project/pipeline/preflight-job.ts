import type { Job } from './model';
import { entraAws } from './parts';

/**
 * Asks AWS for what a deployment would fail on, before anybody approves it: it would fail after it had taken access away. What the
 * role may not read, such as other accounts, holds nothing up.
 */
export const PREFLIGHT: Job = {
  id: 'preflight',
  name: 'Check AWS for blockers',
  needs: [],
  when: 'HAS_ACCESS',
  minutes: 30,
  rights: ['sign-in'],
  steps: [
    { kind: 'aws', account: 'access', role: 'preview' },
    { kind: 'run', run: entraAws('preflight') },
  ],
};
