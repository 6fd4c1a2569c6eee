import { visible } from '../../estate/source/visible';

/**
 * A text as it may stand in the log of a job. A forge takes a line that begins with `::` for a command; `visible` takes care of
 * `##[`, of `##vso[`, and of the control characters by which a log is folded. Names come from other people. A tab becomes two
 * spaces.
 */
export function logLines(text: string): string {
  return text
    .split('\n')
    .map((line) => `| ${visible(line.replaceAll('\t', '  '))}\n`)
    .join('');
}
