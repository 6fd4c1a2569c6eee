import type { ParsedEstate } from '../../estate';
import type { Customers, DirectoryType, FlowUse } from '../../customers/customers';
import type { Issue } from '../../../source/finding';
import { HANDOFF_SCOPES } from '../handoff';
import type { Hosting } from '../hosting';
import { quotedList } from '../../../../text/suggest';
import { error } from '../../shared/issue';

const USES: Readonly<Record<DirectoryType, readonly FlowUse[]>> = {
  b2c: ['signIn', 'stepUp', 'profileEdit', 'passwordReset'],
  'external-id': ['signIn'],
};

/** The application is of no use without the customers' directory, its user flows and the two scopes that it asks for. */
export function checkHostedCustomers({ at }: Hosting, { estate, isSetAside }: ParsedEstate): readonly Issue[] {
  const { customers } = estate;
  if (isSetAside(['customers'])) return [];
  if (customers !== undefined) {
    return [...checkFlows(at, customers), ...checkScopes(at, customers), ...checkSecondFactor(at, customers)];
  }
  const problem = 'needs the ids that the customers program hands over, and the estate has no customers';
  return [error('hosting-without-customers', at, { aboutKey: true, problem, allowed: 'a customers section' })];
}

function checkFlows(at: Hosting['at'], customers: Customers): readonly Issue[] {
  const uses = new Set(customers.userFlows.map(({ use }) => use));
  const missing = USES[customers.directoryType].filter((use) => !uses.has(use));
  if (missing.length === 0) return [];
  return [
    error('hosting-user-flow', at, {
      aboutKey: true,
      problem: `needs a user flow for each use, and there is none for ${quotedList(missing)}`,
      allowed: 'one for each in customers.userFlows',
      related: [[...customers.at, 'userFlows']],
    }),
  ];
}

function checkScopes(at: Hosting['at'], { apiApplication }: Customers): readonly Issue[] {
  const scopes = new Set(apiApplication.scopes.map(({ value }) => value));
  const missing = Object.values(HANDOFF_SCOPES).filter((scope) => !scopes.has(scope));
  if (missing.length === 0) return [];
  return [
    error('hosting-scope', at, {
      aboutKey: true,
      problem: `needs scopes that the API does not define: ${quotedList(missing)}`,
      allowed: 'each in customers.apiApplication.scopes',
      related: [[...apiApplication.at, 'scopes']],
    }),
  ];
}

/** The API writes for tokens of the step-up application alone, so that the scope for writing must be its. */
function checkSecondFactor(at: Hosting['at'], { directoryType, stepUp, ...customers }: Customers): readonly Issue[] {
  const { writeScope } = HANDOFF_SCOPES;
  if (directoryType === 'b2c' || stepUp?.scopes.includes(writeScope) === true) return [];
  return [
    error('hosting-step-up', at, {
      aboutKey: true,
      problem: `needs a second factor for the scope ${writeScope}, and nothing asks for it`,
      allowed: `customers.stepUp with ${writeScope} among its scopes`,
      related: [stepUp?.at ?? customers.at],
    }),
  ];
}
