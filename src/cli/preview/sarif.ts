import type { Location, Log, ReportingDescriptor, Result } from 'sarif';
import { homepage, version } from '../../../package.json';
import { findingHelp } from '../../package/contents/addresses';
import { type Finding, findingMessage, type Place } from '../../estate/source/finding';
import type { Report } from '../../preview/report';

/**
 * The findings as SARIF 2.1.0, for a forge's list of findings of the code (OASIS, 'Static Analysis Results Interchange Format').
 *
 * @param folder working directory from the top of the repository: empty, or with a slash at its end
 */
export function renderSarif({ findings }: Report, folder: string): string {
  const codes = [...new Set(findings.map(({ code }) => code))].toSorted();
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'entra-aws', version, informationUri: homepage, rules: codes.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, folder)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 1)}\n`;
}

function ruleOf(code: Finding['code']): ReportingDescriptor {
  const help = findingHelp(code, 'latest');
  return { id: code, ...(help !== undefined && { help: { text: help } }) };
}

function resultOf(finding: Finding, folder: string): Result {
  const { code, severity, path, related } = finding;
  const text = findingMessage(finding);
  return {
    ruleId: code,
    level: severity,
    message: { text: path === '' ? text : `${path}: ${text}` },
    locations: [locationOf(finding, folder)],
    relatedLocations: related.map((place) => locationOf(place, folder)),
  };
}

function locationOf({ file, line, column }: Place, folder: string): Location {
  const uri = encodeURI(`${folder}${file}`);
  return {
    physicalLocation: {
      artifactLocation: { uri, uriBaseId: '%SRCROOT%' },
      region: { startLine: line, startColumn: column },
    },
  };
}
