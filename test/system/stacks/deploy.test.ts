import type { EstateFiles } from '../../support/large-estate';
import { ORGANIZATION_FILE } from '../../../src/estate/source/estate-folder';
import { OrganizationFile } from '../../../src/estate/source/organization';
import { runCdk, runCdkOk } from '../../support/cdk-cli';
import { writeEstate, writeProject } from '../../support/estate-project';
import type { Moto, StackEvent } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import type { EstateDraft } from '../../support/sandbox';
import { edited, itemOf, sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import type { IdentityCenter } from './read-identity-center';
import { readIdentityCenter } from './read-identity-center';
import {
  ANALYSTS,
  BELOW_PRODUCTION,
  FIRST_ASSIGNMENTS,
  has,
  organization,
  SECURITY,
  SHARED,
  startSandboxOrganization,
  WORKLOADS,
} from './sandbox-organization';

/*
 * What moto can't show: whether a customer-managed policy exists in the accounts where its set is assigned (any name is
 * taken), throttling, how long assignments are in progress, and what CloudFormation does about a resource that is both
 * removed in one stack and made in another.
 */

const sandbox = sandboxFiles();

const BOUNDARY = { CustomerManagedPolicyReference: { Name: 'WorkforceBoundary', Path: '/identity/' } };
const managed = (...names: readonly string[]) => names.map((name) => `arn:aws:iam::aws:policy/${name}`);
const none = { managedPolicies: [], customerManagedPolicies: [], tags: {} };
const arn = expect.any(String) as string;

const FIRST_SETS = {
  BillingReader: {
    ...{ ...none, arn, sessionDuration: 'PT2H', description: 'See the bills of the organization.' },
    managedPolicies: managed('AWSBillingReadOnlyAccess'),
  },
  DataReader: {
    ...{ ...none, arn, sessionDuration: 'PT4H', description: 'Query anonymised claims in Athena.' },
    managedPolicies: managed('AmazonAthenaFullAccess'),
  },
  Developer: {
    ...{ ...none, arn, sessionDuration: 'PT8H' },
    description: 'Build and run the claims application below production.',
    customerManagedPolicies: ['/claims/ClaimsDeveloper'],
    inlinePolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'OwnCostCenter',
          Effect: 'Allow',
          Action: ['ce:GetCostAndUsage', 'ce:GetDimensionValues'],
          Resource: '*',
        },
      ],
    },
  },
  NetworkOperator: {
    ...{ ...none, arn, sessionDuration: 'PT8H' },
    description: 'Operate VPCs, transit gateways, Direct Connect and DNS.',
    relayState: 'https://eu-west-1.console.aws.amazon.com/vpc/home',
    managedPolicies: managed('job-function/NetworkAdministrator'),
    tags: { team: 'network' },
  },
  SecurityAdmin: {
    ...{ ...none, arn, sessionDuration: 'PT1H' },
    description: 'Contain and repair in an incident; roles that it makes have its boundary.',
    managedPolicies: managed('AdministratorAccess'),
    boundary: BOUNDARY,
    tags: { team: 'security' },
  },
  SecurityAudit: {
    ...{ ...none, arn, sessionDuration: 'PT8H', description: 'Read configuration and logs everywhere.' },
    managedPolicies: managed('SecurityAudit', 'job-function/ViewOnlyAccess'),
  },
  SystemsOperator: {
    ...{ ...none, arn, sessionDuration: 'PT4H', description: 'Start, stop, patch and look into workloads.' },
    managedPolicies: managed('AmazonSSMFullAccess', 'ReadOnlyAccess'),
    inlinePolicy: JSON.parse(sandbox['policies/systems-operator.json'] ?? '') as unknown,
    boundary: BOUNDARY,
  },
};

describeWithPython('an estate that is deployed by the CDK', () => {
  const cwd = temporaryFolder();
  let moto: Moto;
  let files = sandbox;
  let deployed: IdentityCenter;

  beforeAll(async () => {
    writeProject(cwd, { sandbox });
    moto = await startSandboxOrganization();
    await runCdkOk(['bootstrap', `aws://${moto.accountId}/${moto.region}`], { cwd, env: moto.env });
  });

  afterAll(async () => {
    await moto.stop();
  });

  const read = (): Promise<IdentityCenter> =>
    readIdentityCenter(moto, OrganizationFile.parse(JSON.parse(files[ORGANIZATION_FILE] ?? '')));

  async function deploy(estate: string): Promise<void> {
    await runCdkOk(['deploy', '--all', '--require-approval', 'never', '-c', `estate=${estate}`], {
      cwd,
      env: moto.env,
    });
  }

  /** Edits the sandbox, refreshes its placement as `npx --no entra-aws preview` does, and deploys it. */
  async function change(edit: (draft: EstateDraft) => void): Promise<Change> {
    files = edited(files, edit);
    writeEstate(cwd, 'sandbox', files);
    await deploy('sandbox');
    const before = deployed;
    deployed = await read();
    return changeOf(before, deployed);
  }

  test('has exactly the sets, assignments and attributes of the sandbox', async () => {
    await deploy('sandbox');
    deployed = await read();
    expect(deployed.assignments).toEqual(FIRST_ASSIGNMENTS);
    expect(Object.fromEntries(deployed.sets)).toEqual(FIRST_SETS);
    expect(deployed.attributes).toEqual({
      CostCenter: '${path:enterprise.costCenter}',
      Department: '${path:enterprise.department}',
    });
  });

  test('a grant that is removed takes its assignments along, and nothing else', async () => {
    const changed = await change(({ access }) => {
      access.grants = access.grants.filter(({ group }) => group !== 'Systems Operators');
    });
    const gone = has('Systems Operators', 'SystemsOperator', `${SHARED} portal-prod ${BELOW_PRODUCTION}`).toSorted();
    expect(changed).toEqual({ ...NO_CHANGE, gone });
  });

  test('a set that is changed is the same set with all its assignments', async () => {
    const changed = await change(({ access }) => {
      access.policies?.push({ name: 'Logs', managedElsewhere: 'The landing zone.' });
      const set = itemOf(access.permissionSets, ({ name }) => name === 'Developer');
      Object.assign(set, {
        description: 'Build the claims application.',
        sessionDuration: 'PT4H30M',
        relayState: 'https://eu-west-1.console.aws.amazon.com/ecs/v2',
        managedPolicies: ['ReadOnlyAccess'],
        customerManagedPolicies: [{ name: 'ClaimsDeveloper', path: '/claims/' }, { name: 'Logs' }],
        inlinePolicy: undefined,
        permissionsBoundary: { managedPolicy: 'PowerUserAccess' },
        tags: { team: 'claims' },
      });
      access.attributes = [{ key: 'Department', source: '${path:userName}' }];
    });
    expect(changed).toEqual({ ...NO_CHANGE, changedSets: ['Developer'] });
    expect(deployed.sets.get('Developer')).toEqual({
      arn,
      description: 'Build the claims application.',
      sessionDuration: 'PT4H30M',
      relayState: 'https://eu-west-1.console.aws.amazon.com/ecs/v2',
      managedPolicies: managed('ReadOnlyAccess'),
      customerManagedPolicies: ['/claims/ClaimsDeveloper', '/Logs'],
      boundary: { ManagedPolicyArn: managed('PowerUserAccess')[0] },
      tags: { team: 'claims' },
    });
    expect(deployed.attributes).toEqual({ Department: '${path:userName}' });
  });

  test('accounts that move to another OU have what is granted there', async () => {
    const changed = await change((draft) => {
      moveAccount(draft, 'playground', 'Development');
      moveAccount(draft, 'shared-services', 'Sandbox');
    });
    expect(changed).toEqual({
      ...NO_CHANGE,
      added: ['Network Operators has NetworkOperator in playground', 'Security Admins has SecurityAdmin in playground'],
      gone: ['Network Operators has NetworkOperator in shared-services'],
    });
  });

  test('a set that is removed with its grants is gone with its assignments', async () => {
    const changed = await change(({ access }) => {
      access.permissionSets = access.permissionSets.filter(({ name }) => name !== 'BillingReader');
      for (const grant of access.grants) {
        grant.permissionSets = grant.permissionSets.filter((name) => name !== 'BillingReader');
      }
    });
    expect(changed).toEqual({
      ...NO_CHANGE,
      goneSets: ['BillingReader'],
      gone: ['Security Auditors has BillingReader in insurance-management'],
    });
  });

  test('a set that is renamed is a new one, with as many assignments as the old one had', async () => {
    const operators = `${SECURITY} shared-network ${WORKLOADS} playground`;
    const changed = await change(({ access }) => {
      itemOf(access.permissionSets, ({ name }) => name === 'NetworkOperator').name = 'NetworkEngineer';
      const grant = itemOf(access.grants, ({ group }) => group === 'Network Operators');
      grant.permissionSets = ['NetworkEngineer'];
    });
    expect(changed).toEqual({
      ...NO_CHANGE,
      goneSets: ['NetworkOperator'],
      addedSets: ['NetworkEngineer'],
      gone: has('Network Operators', 'NetworkOperator', operators).toSorted(),
      added: has('Network Operators', 'NetworkEngineer', operators).toSorted(),
    });
    expect(deployed.sets.get('NetworkEngineer')).toEqual(FIRST_SETS.NetworkOperator);
  });

  test('a group that is synchronized has the assignments that waited for it', async () => {
    const changed = await change((draft) => {
      draft.organization.groups.push(ANALYSTS);
    });
    expect(changed).toEqual({ ...NO_CHANGE, added: ['Data Analysts has DataReader in analytics-stage'] });
  });

  describe('with a second estate of two shards beside it', () => {
    const large = () => largeEstate(files);

    test('both shards are there, and the first estate is as it was', async () => {
      writeEstate(cwd, 'large', large());
      await deploy('large');
      const before = deployed;
      deployed = await read();
      expect(changeOf(before, deployed)).toEqual({ ...NO_CHANGE, addedSets: LARGE_SETS, added: LARGE_ASSIGNMENTS });
      const shards = (await moto.stackEvents())
        .filter(isOfResource)
        .filter(
          ({ stack, type, status }) =>
            stack === 'large-access' && type === NESTED_STACK && status === 'CREATE_COMPLETE',
        );
      expect(shards.map(({ logicalId }) => logicalId.slice(0, 'AssignmentsShard1'.length))).toEqual([
        'AssignmentsShard1',
        'AssignmentsShard2',
      ]);
    });

    test('an assignment that goes from the first shard leaves every other resource alone', async () => {
      const less = edited(large(), ({ access }) => {
        itemOf(access.grants, isGrantOf('Security Admins', 'Large3')).accounts.exclude = [{ name: 'log-archive' }];
      });
      writeEstate(cwd, 'large', less);
      const earlier = (await moto.stackEvents()).length;
      await deploy('large');
      const before = deployed;
      deployed = await read();
      expect(changeOf(before, deployed)).toEqual({ ...NO_CHANGE, gone: ['Security Admins has Large3 in log-archive'] });
      const events = (await moto.stackEvents()).slice(earlier);
      expect(events.filter(isOfResource).map(({ type, status }) => `${type} ${status}`)).toEqual([
        `${NESTED_STACK} UPDATE_IN_PROGRESS`,
        'AWS::SSO::Assignment DELETE_IN_PROGRESS',
        'AWS::SSO::Assignment DELETE_COMPLETE',
        `${NESTED_STACK} UPDATE_COMPLETE`,
      ]);
    });
  });

  test('a stack can not be destroyed by mistake: it is protected', async () => {
    const result = await runCdk(['destroy', 'sandbox-access', '--force', '-c', 'estate=sandbox'], {
      cwd,
      env: moto.env,
    });
    expect(`${result.stdout}${result.stderr}`).toContain('cannot be deleted while TerminationProtection is enabled');
    expect(result.code).toBe(1);
    expect(changeOf(deployed, await read())).toEqual(NO_CHANGE);
  });
});

interface Change {
  readonly addedSets: readonly string[];
  readonly goneSets: readonly string[];
  /** The same set, with other content. */
  readonly changedSets: readonly string[];
  /** Another set of the same name. */
  readonly replacedSets: readonly string[];
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

const NO_CHANGE: Change = { addedSets: [], goneSets: [], changedSets: [], replacedSets: [], added: [], gone: [] };

function changeOf(before: IdentityCenter, after: IdentityCenter): Change {
  const both = [...before.sets.keys()].filter((name) => after.sets.has(name)).toSorted();
  const isReplaced = (name: string): boolean => before.sets.get(name)?.arn !== after.sets.get(name)?.arn;
  const differs = (name: string): boolean =>
    JSON.stringify(before.sets.get(name)) !== JSON.stringify(after.sets.get(name));
  return {
    addedSets: without([...after.sets.keys()], [...before.sets.keys()]),
    goneSets: without([...before.sets.keys()], [...after.sets.keys()]),
    changedSets: both.filter((name) => differs(name) && !isReplaced(name)),
    replacedSets: both.filter(isReplaced),
    added: without(after.assignments, before.assignments),
    gone: without(before.assignments, after.assignments),
  };
}

function without(items: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return items.filter((item) => !known.has(item)).toSorted();
}

function moveAccount({ organization: { accounts, organizationalUnits } }: EstateDraft, name: string, ou: string): void {
  itemOf(accounts, (account) => account.name === name).parentId = itemOf(
    organizationalUnits,
    (unit) => unit.name === ou,
  ).id;
}

const NESTED_STACK = 'AWS::CloudFormation::Stack';
const LARGE_SETS = Array.from({ length: 7 }, (_, index) => `Large${index}`);
const LARGE_GROUPS = [...organization.groups, ANALYSTS].map(({ displayName }) => displayName);
/** 504: every account but the management account and the suspended one. */
const LARGE_ASSIGNMENTS = LARGE_GROUPS.flatMap((group) =>
  LARGE_SETS.flatMap((set) => has(group, set, `${SECURITY} ${SHARED} ${WORKLOADS} playground`)),
).toSorted();

/** An estate of the same organization, with more assignments than a shard takes. */
function largeEstate(files: EstateFiles): EstateFiles {
  return edited(files, ({ access }) => {
    access.attributes = [];
    // An account has a policy of a name once, and the first estate keeps them.
    access.policies = [];
    access.permissionSets = LARGE_SETS.map((name) => ({
      name,
      description: name,
      managedPolicies: ['ReadOnlyAccess'],
    }));
    access.grants = LARGE_GROUPS.flatMap((group) =>
      LARGE_SETS.map((name) => ({ group, permissionSets: [name], accounts: { include: [{ all: true as const }] } })),
    );
  });
}

function isGrantOf(group: string, set: string) {
  return (grant: EstateDraft['access']['grants'][number]): boolean =>
    grant.group === group && grant.permissionSets.includes(set);
}

/** A nested stack has events as a resource of its parent, and events of its own, which are left out. */
function isOfResource({ stack, type, logicalId }: StackEvent): boolean {
  return type !== NESTED_STACK || (stack === 'large-access' && logicalId !== stack);
}
