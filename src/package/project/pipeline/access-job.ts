import type { Job } from './model';
import { entraAws } from './parts';

/** Reads what people have now, since a deletion that CloudFormation gave up leaves its stack green; also after a failure. */
export const ACCESS: Job = {
  id: 'access',
  name: 'Access is what was declared',
  needs: ['deploy'],
  afterFailure: true,
  when: 'HAS_ACCESS',
  minutes: 60,
  rights: ['sign-in'],
  steps: [
    { kind: 'aws', account: 'access', role: 'preview' },
    {
      kind: 'run',
      run: entraAws(
        'doctor',
        ' --only access-permission-sets --only access-assignments --only access-other-sets --only access-provisioned --only access-policies --strict --wait 300',
      ),
    },
  ],
};
