import { visible } from '../../estate/source/visible';

/**
 * A text as it may stand in the log of a job. GitHub takes a line that begins with `::` or holds `##[` for a command; names
 * come from other people.
 */
export function logLines(text: string): string {
  return text
    .split('\n')
    .map((line) => `| ${visible(line).replaceAll('##[', '# #[')}\n`)
    .join('');
}
