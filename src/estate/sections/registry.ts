import { access } from './access';
import { azure } from './azure';
import { customers } from './customers';
import { emergency } from './emergency';
import { hosting } from './hosting';
import { pipeline } from './pipeline';
import type { Section, SectionName } from './section';
import { workforce } from './workforce';

/** The sections of the estate file, in the order of its reference. */
export const SECTIONS = { workforce, access, emergency, customers, azure, pipeline, hosting } satisfies Record<
  SectionName,
  Section
>;
