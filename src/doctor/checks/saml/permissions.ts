import type { Check } from '../../check';
import { examineTrust } from '../trust/examine-trust';
import { examineApplication, workforceOf } from './application';

/** Nothing was added to the AWS application: it signs people in, and does nothing by itself. */
export const permissions: Check = {
  id: 'saml-permissions',
  area: 'saml',
  title: 'The AWS application has no credential, permission or consent of its own',
  run: (input) => {
    const workforce = workforceOf(input);
    return examineApplication(workforce, (_, { displayName }) =>
      workforce === undefined ? [] : examineTrust(workforce.facts.trust, { name: displayName }),
    );
  },
};
