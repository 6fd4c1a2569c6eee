import { checkEmergency, checkEmergencyGrants } from './checks/emergency';
import { EmergencyEntry } from './schema';
import type { Section } from '../section';

export const emergency = {
  schema: EmergencyEntry,
  *check({ estate, organization, metadata, emergency: plan, access }) {
    if (metadata !== undefined) yield* checkEmergency(estate, { organization, metadata });
    if (plan && access && estate.access) yield* checkEmergencyGrants(plan, estate.access, access.expansion);
  },
} satisfies Section;
