import { checkAccountEvents, checkPipeline } from './checks/pipeline';
import { PipelineEntry } from './schema';
import type { Section } from '../section';

export const pipeline = {
  schema: PipelineEntry,
  *check(facts) {
    yield* checkPipeline(facts, facts.accounts);
    yield* checkAccountEvents(facts.estate, facts.organization);
  },
} satisfies Section;
