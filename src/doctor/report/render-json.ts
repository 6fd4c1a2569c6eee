import type { Examination } from '../examination';

/** Everything, for machines. */
export function renderJson(examination: Examination): string {
  return `${JSON.stringify(examination, undefined, 2)}\n`;
}
