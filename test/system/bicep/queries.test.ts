import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/repository';
import { packagesOf, describeWithTool } from '../../support/tools';
import { faultsOfQuery } from './kusto';

const FOLDER = join(REPOSITORY, 'bicep/queries');
const textOf = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');
const queries = readdirSync(FOLDER).filter((file) => file.endsWith('.kql'));

describeWithTool({ ...packagesOf('system'), title: 'by the parser of KQL' }, () => {
  test.each(queries)('%s is a query of the tables that Entra fills', (file) => {
    expect(faultsOfQuery(textOf(file))).toEqual([]);
  });

  test.each([
    ['SigninLogs | wher AppDisplayName == "x"', 'Query operator expected.'],
    ['SigninLogs | where AppDisplyName == "x"', "The name 'AppDisplyName' does not refer to any known column"],
  ])('the parser would find a fault in %s', (query, fault) => {
    expect(faultsOfQuery(query).join('\n')).toContain(fault);
  });
});

test('the workbook has every query, with the name of the application put in', () => {
  const workbook = readFileSync(join(REPOSITORY, 'bicep/logs.bicep'), 'utf8');
  const example = "'AWS IAM Identity Center'";
  expect(workbook).toContain(`var exampleName = ${example}`);
  for (const file of queries) {
    const isNamed = textOf(file).includes(`let application = @"${example.slice(1, -1)}"`);
    const load = `loadTextContent('queries/${file}')`;
    expect(workbook).toContain(isNamed ? `replace(${load}, exampleName, name)` : load);
  }
});

describe('the query over CloudTrail', () => {
  const sql = textOf('permission-set-use.sql');
  const patternOf = (column: string): RegExp =>
    new RegExp(new RegExp(`regexp_extract\\(\\S+, '([^']+)', 1\\) AS ${column}`).exec(sql)?.[1] ?? 'none');

  test.each([
    ['AWSReservedSSO_SecurityAudit_0123456789abcdef', 'SecurityAudit'],
    ['AWSReservedSSO_Data_Reader_fedcba9876543210', 'Data_Reader'],
    ['AWSServiceRoleForSupport', undefined],
  ])('takes %s for the role of the permission set %s', (role, name) => {
    expect(patternOf('permission_set').exec(role)?.[1]).toBe(name);
  });

  test('takes the session name for the person', () => {
    expect(patternOf('person').exec('AROAEXAMPLEEXAMPLE:ann@example.com')?.[1]).toBe('ann@example.com');
  });
});
