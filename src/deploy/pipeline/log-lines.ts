import { visible } from '../../estate/source/visible';

/**
 * A text as it may stand in the log of a job. GitHub takes a line that begins with `::` for a command; `visible` takes care of
 * `##[`, of `##vso[` of Azure Pipelines, and of the control characters by which GitLab folds a log. Names come from other people. A tab
 * becomes two spaces.
 */
export function logLines(text: string): string {
  return text
    .split('\n')
    .map((line) => `| ${visible(line.replaceAll('\t', '  '))}\n`)
    .join('');
}
