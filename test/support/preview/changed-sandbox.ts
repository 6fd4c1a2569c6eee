import type { EstateFiles } from '../large-estate';
import { memoryFolder } from '../large-estate';
import type { Report } from '../../../src/preview/report';
import { edited, itemOf, sandboxFiles } from '../sandbox';
import { changeEntra, entraReportOf } from './entra-reports';
import { reportOfFolders } from './reports';

let changed: Report | undefined;

/** The sandbox after a week of work, against the sandbox as it is: something of every kind of change. Made once. */
export function changedSandboxReport(): Report {
  changed ??= reportOfFolders(memoryFolder('sandbox', changedSandbox()), memoryFolder('sandbox', sandboxFiles()));
  return changed;
}

/** The same with the Pulumi programs, and with changes of what they register. */
export function changedSandboxWithPrograms(): Promise<Report> {
  const head = changeEntra(changedSandbox(), ({ customers, workforce }) => {
    const signIn = itemOf(customers.userFlows, ({ use }) => use === 'signIn');
    signIn.claims = ['displayName', 'emails', 'givenName', 'objectId'];
    customers.userFlows = customers.userFlows.filter(({ use }) => use !== 'passwordReset');
    customers.webApplication.hosts = ['http://localhost:5000', 'https://portal.example.com'];
    customers.apiApplication.scopes.push({
      value: 'Claims.Read',
      displayName: 'Read your claims',
      description: 'Lets the application read your claims.',
    });
    workforce.groups = workforce.groups.filter(({ name }) => name !== 'Claims Developers');
    const aws = workforce.awsApplication;
    if (aws?.scim === undefined) throw new Error('the sandbox has no provisioning');
    aws.assignedGroups = (aws.assignedGroups ?? []).filter((name) => name !== 'Claims Developers');
    aws.scim.running = false;
  });
  return entraReportOf(head, sandboxFiles());
}

export function changedSandbox(): EstateFiles {
  return edited(sandboxFiles(), ({ access, organization }) => {
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
}
