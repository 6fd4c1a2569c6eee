import { checkHosting } from './checks/hosting';
import { checkHostedCustomers } from './checks/hosting-customers';
import { HostingEntry } from './schema';
import type { Section } from '../section';

export const hosting = {
  schema: HostingEntry,
  check: (facts) => {
    const { estate, organization } = facts;
    if (estate.hosting === undefined) return [];
    return [...checkHosting(estate.hosting, estate, organization), ...checkHostedCustomers(estate.hosting, facts)];
  },
} satisfies Section;
