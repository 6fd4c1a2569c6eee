import type { Files } from '../files';
import type { PipelineOptions } from './options';

/** Files of a team's repository for its forge. */
export interface ForgeFiles {
  /** Files of the pipeline. */
  readonly files: (options: PipelineOptions) => Files;
  /** The one file that it starts from; absent where it looks into a folder. */
  readonly entry?: string;
  /** The file by which it asks owners for a review; absent where a policy of the branch names reviewers. */
  readonly owners?: {
    readonly file: string;
    /** Its lines before the first owner. */
    readonly head: readonly string[];
    /** Files of the pipeline itself, and of its owners: wherever the forge looks for those before it looks here. */
    readonly pipeline: readonly string[];
  };
}
