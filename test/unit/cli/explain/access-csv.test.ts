import { parse } from 'csv-parse/sync';
import { stringify } from 'yaml';
import { accessCsv } from '../../../../src/cli/explain/access-csv';
import { MANAGEMENT, planOf } from '../../../support/estate-files';
import { planFiles, sandboxFiles } from '../../../support/sandbox';

const read = (text: string) =>
  parse<Readonly<Record<string, string>>>(text, { columns: true, record_delimiter: '\r\n' });

test('a CSV reader gets a line a holder, permission set and account', () => {
  const plan = planFiles(sandboxFiles());
  const rows = read(accessCsv(plan, {}));
  expect(rows).toHaveLength(plan.access?.expansion.assignments.length ?? -1);
  const [row] = read(accessCsv(plan, { permissionSet: 'Developer', account: 'claims-test' }));
  expect(row).toMatchObject({
    ...{ principal_type: 'group', principal: 'Claims Developers', permission_set: 'Developer' },
    ...{ account_id: '210000000012', account: 'claims-test', ou: '/Workloads/Development', state: 'granted' },
    ...{ until: '', session_duration: 'PT8H', levels: expect.stringMatching(/^Permissions management; /) as string },
    grants: expect.stringMatching(/estate\.yaml:\d+:\d+$/) as string,
  });
});

test('an exception has its last day, and no name is a formula or breaks a cell', () => {
  const account = { id: '100000000001', name: '=HYPERLINK("x", 1)' };
  const grants = [
    { user: '+jane,@example.com', reason: 'Stands in for a colleague.', until: '2027-01-31' },
    { group: '-a"b' },
  ].map((holder) => ({ ...holder, permissionSets: ['Reader'], accounts: { include: [{ all: true }] } }));
  const access = { permissionSets: [{ name: 'Reader', managedPolicies: ['ReadOnlyAccess'] }], grants };
  const plan = planOf(stringify({ access }), { accounts: [MANAGEMENT, account], groups: ['-a"b'] });
  expect(read(accessCsv(plan, {}))).toMatchObject([
    { principal: `'-a"b`, account: `'=HYPERLINK("x", 1)`, until: '' },
    { principal: "'+jane,@example.com", state: 'pending', until: '2027-01-31' },
  ]);
});
