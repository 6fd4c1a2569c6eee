import { standingFlows } from '../../estate/sections/customers/customers';
import { stepId } from '../../estate/sections/customers/manual-steps';
import type { RecordedStep } from '../../estate/sections/shared/step-records';
import { CONSOLE_STEPS } from '../../estate/sections/workforce/console-steps';
import { check, examine, failure, type Observation, ok, warning, workforceOf } from '../check';
import { quotedList } from '../../text/suggest';
import { dayOf, daysBetween } from '../../../constructs/entra/periods';
import { WORKFORCE_UP } from './applications';
import { nameOf } from './saml/certificates';

/** Advice on an open step. */
export function adviceFor({ id, where, shows, takesCertificates = false }: RecordedStep): string {
  const uploaded = takesCertificates ? ' --metadata FILE' : '';
  return `set it at ${where}, see that ${shows}, and run npx --no entra-aws steps done ${id} --by NAME${uploaded}`;
}

/** A record is that person's word: other checks look at what shows from outside. */
function examineSteps(steps: readonly RecordedStep[], now: Date): readonly Observation[] | undefined {
  if (steps.length === 0) return undefined;
  return steps.map((step) => {
    const { id, asks, record } = step;
    if (record === undefined) return warning(`${id}: no record says that this was set: ${asks}`, adviceFor(step));
    return examineProof(step, now) ?? ok(`${id}: ${record.by} did it on ${record.on} (a record)`);
  });
}

/** Days after which somebody signs in again to see what a flow does: nothing else tells of a change in the portal. */
const PROOF_DAYS = 180;

/** What is wrong with the proof of a recorded step; undefined where a sign-in has shown it, or none can. */
export function examineProof({ id, provedBy, record }: RecordedStep, now: Date): Observation | undefined {
  if (provedBy === undefined || record === undefined) return undefined;
  const again = `have a test user sign in twice: npx --no entra-aws steps check ${provedBy} --client ID`;
  const { proved } = record;
  if (proved === undefined) return warning(`${id}: ${record.by} recorded it, and no sign-in has shown it`, again);
  const { on, faults } = proved;
  if (faults.length > 0) return failure(`${id}: the sign-ins of ${on} did not show it: ${faults.join('; ')}`, again);
  const days = daysBetween(on, dayOf(now));
  if (days <= PROOF_DAYS) return undefined;
  return warning(`${id}: the last sign-ins that showed it were ${days} days ago, on ${on}`, again);
}

/** Steps of a person in the customers' directory are recorded. */
export const customersSteps = check(({ plan }) => plan.estate.customers, {
  id: 'b2c-steps',
  title: 'Steps that only a person can do are recorded',
  run: (customers, { plan, now }) => {
    // The second factor has a check of its own, which fails.
    const factors = standingFlows(customers).map(({ id }) => stepId(id, 'multifactor'));
    return examineSteps(
      plan.steps.filter(({ id, program }) => program === 'customers' && !factors.includes(id)),
      now,
    );
  },
});

/** Steps of a person in the AWS console are recorded. */
export const consoleSteps = check(({ plan }) => plan.estate.workforce?.awsApplication, {
  id: 'console-steps',
  title: 'Steps in the AWS console are recorded',
  run: (_, { plan, now }) =>
    examineSteps(
      plan.steps.filter(({ program }) => program === 'workforce'),
      now,
    ),
});

/** The certificate that signs is one that somebody uploaded to AWS. */
export const upload = check(workforceOf, {
  id: 'saml-upload',
  title: 'The certificate that signs is the one that was uploaded to AWS',
  run: ({ declared: { saml }, facts: { application } }, { plan }) => {
    const record = plan.steps.find(({ id }) => id === CONSOLE_STEPS.metadata)?.record;
    // Without one the step is open, which console-steps tells.
    if (record?.thumbprints === undefined) return undefined;
    const { thumbprints, by, on } = record;
    return examine(application, (found) => {
      const active = found?.certificates.find(({ thumbprint }) => thumbprint === found.activeThumbprint);
      if (active === undefined)
        return [failure('no certificate is active, so that none can be compared', WORKFORCE_UP)];
      const { thumbprint } = active;
      if (thumbprints.includes(thumbprint))
        return [ok(`${by} uploaded the certificate that signs (${thumbprint}) on ${on}`)];
      const successor = saml.signingCertificates.find(({ name }) => name === nameOf(active))?.importedAtAws;
      if (successor !== undefined && successor.day >= dayOf(new Date(active.startDateTime)))
        return [ok(`${successor.by} imported ${nameOf(active)}, which signs (${thumbprint}), on ${successor.day}`)];
      return [
        failure(
          `${nameOf(active)} (${thumbprint}) signs, but what ${by} uploaded to AWS on ${on} is ${quotedList(thumbprints)}: AWS refuses every sign-in`,
          `upload today's federation metadata in IAM Identity Center (Settings > Identity source > Manage authentication), then run npx --no entra-aws steps done ${CONSOLE_STEPS.metadata} --by NAME --metadata FILE`,
        ),
      ];
    });
  },
});
