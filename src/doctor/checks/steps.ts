import { stepId } from '../../estate/sections/customers/manual-steps';
import type { RecordedStep } from '../../estate/sections/shared/step-records';
import { CONSOLE_STEPS } from '../../estate/sections/workforce/console-steps';
import { check, examine, failure, type Observation, ok, warning, workforceOf } from '../check';
import { quotedList } from '../../text/suggest';
import { dayOf } from '../../../constructs/entra/day';
import { WORKFORCE_UP } from './applications';
import { nameOf } from './saml/certificates';

/** Advice on an open step. */
export function adviceFor({ id, where, shows, takesCertificates = false }: RecordedStep): string {
  const uploaded = takesCertificates ? ' --metadata FILE' : '';
  return `set it at ${where}, see that ${shows}, and run npx --no entra-aws steps done ${id} --by NAME${uploaded}`;
}

/** A record is that person's word: other checks look at what shows from outside. */
function examineSteps(steps: readonly RecordedStep[]): readonly Observation[] | undefined {
  if (steps.length === 0) return undefined;
  return steps.map((step) => {
    const { id, asks, record } = step;
    return record === undefined
      ? warning(`${id}: no record says that this was set: ${asks}`, adviceFor(step))
      : ok(`${id}: ${record.by} did it on ${record.on} (a record)`);
  });
}

/** Steps of a person in the customers' directory are recorded. */
export const customersSteps = check(({ plan }) => plan.estate.customers, {
  id: 'b2c-steps',
  title: 'Steps that only a person can do are recorded',
  run: ({ userFlows: flows }, { plan }) => {
    // The second factor has a check of its own, which fails.
    const factors = flows.map(({ id }) => stepId(id, 'multifactor'));
    return examineSteps(plan.steps.filter(({ id, program }) => program === 'customers' && !factors.includes(id)));
  },
});

/** Steps of a person in the AWS console are recorded. */
export const consoleSteps = check(({ plan }) => plan.estate.workforce?.awsApplication, {
  id: 'console-steps',
  title: 'Steps in the AWS console are recorded',
  run: (_, { plan }) => examineSteps(plan.steps.filter(({ program }) => program === 'workforce')),
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
