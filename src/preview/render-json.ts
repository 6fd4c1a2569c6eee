import { findingHelp } from '../package/contents/addresses';
import type { Report } from './report';

/**
 * The report for machines: its type is `Report`, with the address of the page about each finding as `help`. Lists have a stable
 * order, and the text ends with a newline.
 */
export function renderJson(report: Report): string {
  const findings = report.findings.map((finding) => ({ ...finding, help: findingHelp(finding.code, 'latest') }));
  return `${JSON.stringify({ ...report, findings }, undefined, 1)}\n`;
}
