import type { Report } from './report-types';

/** The report for machines: its type is `Report`, lists have a stable order, and the text ends with a newline. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, undefined, 1)}\n`;
}
