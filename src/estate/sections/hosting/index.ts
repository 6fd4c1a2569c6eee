import { checkHostedCustomers, checkHosting } from './checks/hosting';
import { HostingEntry } from './schema';
import type { Section } from '../section';

export const hosting = {
  schema: HostingEntry,
  *check(facts) {
    const { estate, organization } = facts;
    if (estate.hosting === undefined) return;
    yield* checkHosting(estate.hosting, estate, organization);
    yield* checkHostedCustomers(estate.hosting, facts);
  },
} satisfies Section;
