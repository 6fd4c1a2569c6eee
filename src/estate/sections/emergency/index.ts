import { checkEmergency } from './checks/emergency';
import { checkEmergencyGrants } from './checks/emergency-grants';
import { EmergencyEntry } from './schema';
import type { Section } from '../section';

export const emergency = {
  schema: EmergencyEntry,
  check: ({ estate, organization, metadata, emergency: plan, access }) => [
    ...(metadata === undefined ? [] : checkEmergency(estate, { organization, metadata })),
    ...(plan && access && estate.access ? checkEmergencyGrants(plan, estate.access, access.expansion) : []),
  ],
} satisfies Section;
