import type { Path } from '../finding';
import type { Pipeline } from '../pipeline';
import type { PipelineEntry } from '../schema/pipeline-schema';
import { withoutUndefined } from './without-undefined';

export function readPipeline({ existingProviders = [], ...github }: PipelineEntry, at: Path): Pipeline {
  return { at, ...withoutUndefined(github), existingProviders };
}
