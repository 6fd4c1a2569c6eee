import type { Spans } from './block';

/** Something that holds leaves and further trees. */
export interface Tree {
  readonly label: string;
  readonly leaves: readonly Spans[];
  readonly children: readonly Tree[];
  /** Leaves here and below. */
  readonly total: number;
}
