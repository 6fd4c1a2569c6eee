import type { Job } from './model';
import { ask, CLOUDS_DOCTOR, leave } from './parts';

/** Asks the doctor about everything, with the identities and roles that read: what engines don't see is seen here. */
export const ASKS_DOCTOR: Job = {
  id: 'look-doctor',
  name: 'Ask the doctor',
  needs: [],
  when: 'DEPLOYS',
  minutes: 90,
  rights: ['sign-in'],
  steps: [
    { kind: 'pulumi', role: 'preview', trustsCache: true, when: 'ASKS_PULUMI' },
    { ...ask('doctor-customers', 'drift'), when: 'ASKS_PULUMI', identity: { program: 'customers', role: 'preview' } },
    { kind: 'aws', account: 'access', role: 'preview', always: true },
    { ...ask('doctor-access', 'drift'), when: 'ASKS_CDK' },
    { ...ask('doctor-workforce', 'drift'), when: 'ASKS_PULUMI', identity: { program: 'workforce', role: 'preview' } },
    { ...ask('doctor-emergency', 'drift'), when: 'ASKS_PULUMI', identity: { program: 'workforce', role: 'preview' } },
    { kind: 'aws', account: 'hosting', role: 'preview', always: true },
    { ...ask('doctor-hosting', 'drift'), when: 'ASKS_CDK' },
    leave(CLOUDS_DOCTOR),
  ],
};
