import { dayOf } from '../../../../constructs/entra/day';
import type { Check } from '../../check';
import { examineTrust } from '../trust/examine-trust';
import { examineApplication, workforceOf } from './application';

/** Nothing was added to the AWS application: it signs people in, and does nothing by itself. No one else may change it. */
export const permissions: Check = {
  id: 'saml-permissions',
  area: 'saml',
  title: 'The AWS application has no credential, permission or consent of its own, and no unknown owner',
  run: (input) => {
    const workforce = workforceOf(input);
    return examineApplication(workforce, (_, { displayName, accepted }) =>
      workforce === undefined
        ? []
        : examineTrust(workforce.facts.trust, {
            name: displayName,
            decisions: {
              accepted,
              day: dayOf(input.now),
              deployer: input.plan.estate.pipeline?.identities.workforce?.deploy,
            },
          }),
    );
  },
};
