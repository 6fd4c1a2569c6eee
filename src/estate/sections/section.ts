import { z } from 'zod';
import type { FileText } from '../source/estate-folder';
import type { Organization } from '../source/organization';
import { apiVersion, ESTATE_VERSION } from '../source/versions';
import type { ExpandedAccess } from './access/plan/access-plan';
import type { EmergencyPlan } from './emergency/emergency-plan';
import type { ParsedEstate } from './estate';
import type { Issues } from './shared/issue';
import type { Watch } from './workforce/watch';

/** Sections of the estate file, in the order of its reference. */
export const SECTION_NAMES = ['workforce', 'access', 'emergency', 'customers', 'azure', 'pipeline', 'hosting'] as const;
export type SectionName = (typeof SECTION_NAMES)[number];

/** A section of the estate file. */
export interface Section {
  /** Its form, its defaults and what becomes of it. */
  readonly schema: z.ZodType;
  /** Form that is read where some of its keys are faulty. Without it, such a section is set aside whole. */
  readonly parts?: z.ZodType;
  /** Finds what is wrong with its meaning, also where the file lacks the section. */
  readonly check: (facts: EstateFacts) => Issues;
}

/** An estate file and what is known besides it. Nothing that needs the organization is there where that is unknown. */
export interface EstateFacts extends ParsedEstate {
  /** Days after it are in the future. */
  readonly latestDay: string;
  readonly organization: Organization | undefined;
  readonly access: ExpandedAccess | undefined;
  readonly watch: Watch | undefined;
  readonly emergency: EmergencyPlan | undefined;
  /** Content of the SAML metadata file for emergencies. */
  readonly metadata: FileText | undefined;
  /** Accounts that the pipeline deploys to; undefined where some are unknown. */
  readonly accounts: readonly string[] | undefined;
}

/** The key that every form of an estate file has beside its sections. */
export const fileVersion = {
  apiVersion: z
    .literal(apiVersion(ESTATE_VERSION))
    .describe('Version of the form of this file. A file without it is of version 1.')
    .exactOptional(),
};
