import type { Quarantine } from '../../../../provider/synchronization/quarantine';
import type { ProvisioningJob } from '../../../clouds/facts/workforce-facts';
import { type Check, examine, failure, type Observation, ok, warning } from '../../check';
import { PULUMI_UP, workforceOf } from '../saml/application';

/** Entra ID provisions every 40 minutes; a cycle may be missed once. */
const LATE_HOURS = 3;
const HOUR_MS = 3_600_000;

/** The provisioning job runs and succeeds. */
export const job: Check = {
  id: 'scim-job',
  area: 'scim',
  title: 'Provisioning runs and succeeds',
  run: (input) => {
    const workforce = workforceOf(input);
    const scim = workforce?.declared.scim;
    if (workforce === undefined || scim === undefined) return undefined;
    return examine(workforce.facts.jobs, ([only, ...others]) => {
      if (only === undefined) return [failure('there is no provisioning job', PULUMI_UP)];
      if (others.length > 0) {
        return [failure(`there are ${others.length + 1} provisioning jobs`, 'delete all but one in the portal')];
      }
      return scim.running ? running(only, input.now) : paused(only);
    });
  },
};

const LEAVES_QUARANTINE: Readonly<Record<Quarantine['kind'], string>> = {
  credentials:
    'generate a token in IAM Identity Center and run npx --no entra-aws scim rotate, which validates it and lifts the quarantine',
  deletions:
    'do not restart it: Entra ID holds deletions back, and a restart lets them through. Look in the provisioning logs for ' +
    'StagedDelete, then decide as docs/operations.md says (Too many deletions)',
  other: 'see the provisioning logs, remove the cause, then choose Restart provisioning in the Entra admin center',
};

function running(one: ProvisioningJob, now: Date): readonly Observation[] {
  const { quarantine } = one;
  if (quarantine !== undefined) {
    return [failure(`provisioning is in quarantine: ${quarantine.text}`, LEAVES_QUARANTINE[quarantine.kind])];
  }
  if (!one.isRunning) return [failure(`provisioning does not run (${one.code}), but the estate says so`, PULUMI_UP)];
  const { lastSuccess } = one;
  if (lastSuccess === undefined) {
    return [warning(`provisioning has not finished its first cycle (${one.code})`, 'wait, then run this again')];
  }
  const hours = (now.getTime() - lastSuccess.getTime()) / HOUR_MS;
  const when = lastSuccess.toISOString();
  if (hours <= LATE_HOURS) return [ok(`the last cycle succeeded at ${when}`)];
  return [
    failure(
      `the last cycle that succeeded ended at ${when}, ${Math.floor(hours)} hours ago`,
      'see the provisioning logs of the application (Enterprise applications > the application > Provisioning logs)',
    ),
  ];
}

function paused({ isRunning, code }: ProvisioningJob): readonly Observation[] {
  if (isRunning) return [failure('provisioning runs, but the estate says that it does not', PULUMI_UP)];
  return [
    warning(`provisioning is off (${code}), as declared: no one new gets access`, 'set scim.running in the estate'),
  ];
}
