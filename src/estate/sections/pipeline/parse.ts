import type { Path } from '../../source/finding';
import type { Pipeline } from './pipeline';
import type { PipelineEntry } from './schema';
import { withoutUndefined } from '../shared/without-undefined';

export function readPipeline({ existingProviders = [], ...github }: PipelineEntry, at: Path): Pipeline {
  return { at, ...withoutUndefined(github), existingProviders };
}
