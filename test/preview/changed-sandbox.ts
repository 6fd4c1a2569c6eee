import { memoryFolder } from '../../bench/large-estate';
import type { Report } from '../../preview/report-types';
import { edited, itemOf, sandboxFiles } from '../support/sandbox';
import { reportOfFolders } from './reports';

/** The sandbox after a week of work, against the sandbox as it is: something of every kind of change. */
export function changedSandboxReport(): Report {
  const base = sandboxFiles();
  const head = edited(base, ({ access, organization }) => {
    const set = (name: string) => itemOf(access.permissionSets, (one) => one.name === name);
    const grant = (group: string) => itemOf(access.grants, (one) => one.group === group);
    // An administrator's session gets longer, and its boundary goes.
    set('SecurityAdmin').sessionDuration = 'PT4H';
    delete set('SecurityAdmin').permissionsBoundary;
    set('SystemsOperator').managedPolicies = ['ReadOnlyAccess'];
    set('DataReader').name = 'DataAnalyst';
    grant('Data Analysts').permissionSets = ['DataAnalyst'];
    grant('Network Operators').accounts.exclude = [{ ou: '/Security' }];
    access.grants.push({
      group: 'Systems Operators',
      permissionSets: ['SystemsOperator'],
      accounts: { include: [{ name: 'insurance-management' }] },
      acknowledge: [{ rule: 'IdentityCenter-IC5', reason: 'They repair the landing zone.' }],
    });
    const moved = itemOf(organization.accounts, ({ name }) => name === 'playground');
    moved.parentId = itemOf(organization.organizationalUnits, ({ name }) => name === 'Development').id;
    itemOf(organization.accounts, ({ name }) => name === 'claims-test').state = 'SUSPENDED';
  });
  return reportOfFolders(memoryFolder('sandbox', head), memoryFolder('sandbox', base));
}
