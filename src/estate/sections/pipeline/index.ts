import { checkAccountEvents } from './checks/account-events';
import { checkPipeline } from './checks/pipeline';
import { PipelineEntry } from './schema';
import type { Section } from '../section';

export const pipeline = {
  schema: PipelineEntry,
  check: (facts) => [...checkPipeline(facts, facts.accounts), ...checkAccountEvents(facts.estate, facts.organization)],
} satisfies Section;
