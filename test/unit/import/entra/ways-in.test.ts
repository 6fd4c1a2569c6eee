import { factsOf } from '../../../../src/clouds/facts/customers-facts';
import { nameIdDefinition } from '../../../../constructs/entra/saml-claims';
import { scopeId } from '../../../../constructs/entra/scope-id';
import { examineEstate } from '../../../../src/doctor/examination';
import type { CustomersTenant, WorkforceTenant } from '../../../../src/clouds/facts/tenant-facts';
import type { ApplicationPowers, ApplicationTrust, Grants, Owner } from '../../../../src/clouds/facts/trust-facts';
import { known } from '../../../../src/clouds/reading';
import { diskFolder } from '../../../../src/estate/load/estate-folder';
import { ESTATE_FILE } from '../../../../src/estate/source/estate-folder';
import { planEstate } from '../../../../src/estate/plan/estate-plan';
import type { EstatePlan } from '../../../../src/estate/plan/planner';
import { entraEstate, type EntraEstate } from '../../../../src/import/entra/entra-estate';
import { decisionsIn } from '../../../../src/import/entra/left';
import { runPrograms } from '../../../../src/preview/engine/run-program';
import { memoryFolder } from '../../../support/estate-files';
import { clientId, objectId } from '../../../support/ids';
import { EXAMPLE_ESTATES } from '../../../support/repository';
import { customersTenantOf, NO_WAY_IN, TEMPLATE_WORDS, workforceTenantOf } from '../../../support/tenants-of-programs';
import { customersFacts, workforceFacts } from '../../doctor/healthy-facts';

const NOW = new Date('2026-11-26T12:00:00Z');
const GRAPH = clientId('00000003-0000-0000-c000-000000000000');
const AT = { members: [[0, 1]], disabled: [], isReversed: false, leavers: 0, hoursSinceCycle: 1, isUpperCase: false };
const AWS = 'AWS IAM Identity Center';

let tenant: WorkforceTenant;
let directory: CustomersTenant;

beforeAll(async () => {
  const { estate } = planEstate(diskFolder(EXAMPLE_ESTATES, 'sandbox'));
  const { programs } = await runPrograms(estate, { now: NOW });
  const find = (name: string) => programs.find(({ program }) => program === name) ?? fail(name);
  tenant = workforceTenantOf(find('workforce'), estate.workforce?.tenantId ?? fail('tenant'));
  directory = customersTenantOf(find('customers'), estate.customers?.tenantId ?? fail('directory'));
});

function fail(what: string): never {
  throw new Error(`${what} is missing`);
}

/** Imports from directories, into what an earlier import wrote and a person changed. */
function importFrom(tenants: Parameters<typeof entraEstate>[1], text?: string): EntraEstate {
  const folder = memoryFolder(text === undefined ? {} : { [ESTATE_FILE]: text });
  const { estate } = planEstate(folder);
  return entraEstate(folder, tenants, {
    day: '2026-11-26',
    definitions: { userPrincipalName: nameIdDefinition('userPrincipalName'), mail: nameIdDefinition('mail') },
    templates: TEMPLATE_WORDS,
    scopeId,
    scim: {},
    choice: {},
    notificationEmails: estate.workforce?.awsApplication?.saml.notificationEmails ?? [],
    ...(text !== undefined && { decisions: decisionsIn(estate) }),
  });
}

function decide({ left }: EntraEstate): readonly string[] {
  return left.flatMap(({ reason, subject }) => (reason === 'decide' && subject.includes(': way ') ? [subject] : []));
}

/** Words by which an estate accepts what a line is about. */
function wayIn(line: string | undefined): string {
  return /: way '(.+)' \(/.exec(line ?? '')?.[1] ?? fail(`way in ${line}`);
}

const powers = (more: Partial<ApplicationPowers>): ApplicationTrust => ({
  ...NO_WAY_IN,
  powers: known({
    ...{ federated: [], secrets: [], keys: [], principalKeys: [], permissions: [], preAuthorized: [] },
    ...more,
  }),
});
const grants = (more: Partial<Grants>): ApplicationTrust => ({
  ...NO_WAY_IN,
  grants: known({ own: [], clients: [], ...more }),
});
const owners = (...all: readonly Owner[]): ApplicationTrust => ({ ...NO_WAY_IN, owners: known(all) });
const EVE: Owner = {
  id: objectId('eve'),
  name: 'eve@example.com',
  clientId: undefined,
  ownsBoth: false,
  mayDeploy: false,
};
const OF_GRAPH = { resourceId: objectId('graph'), resourceAppId: GRAPH, resource: 'Microsoft Graph' };
const FEDERATED = {
  name: 'build',
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'repo:stranger/repository:ref:refs/heads/main',
  audiences: ['api://AzureADTokenExchange'],
};
const SECRET = { keyId: 'k1', name: 'temporary', end: '2027-11-26T00:00:00Z' };

const INTRUDERS: readonly (readonly [string, ApplicationTrust])[] = [
  ['an owner', owners(EVE)],
  ['a client secret', powers({ secrets: [SECRET] })],
  ['a certificate', powers({ keys: [SECRET] })],
  ['a credential of the service principal', powers({ principalKeys: ['k2'] })],
  ['a federated credential of a foreign repository', powers({ federated: [FEDERATED] })],
  ['a permission without a user', powers({ permissions: [{ ...OF_GRAPH, value: 'Group.ReadWrite.All' }] })],
  ['a client without a consent', powers({ preAuthorized: [clientId('stranger')] })],
  ['a consent of an administrator', grants({ own: [{ ...OF_GRAPH, value: 'Directory.AccessAsUser.All' }] })],
  ['a client', grants({ clients: [{ servicePrincipalId: objectId('stranger'), name: 'S', scopes: ['user'] }] })],
];

/** The doctor's failures and warnings about ways into the AWS application. */
function doctor(plan: EstatePlan, trust: ApplicationTrust): readonly string[] {
  const { awsApplication, tenantId = '' } = plan.estate.workforce ?? fail('workforce');
  const healthy = workforceFacts(awsApplication ?? fail('application'), { ...AT, now: NOW, tenantId });
  const workforce = { ...healthy, trust: { ...trust, owners: withDeployer(trust) } };
  return observed(plan, { workforce }, ['saml-permissions']);
}

function observed(
  plan: EstatePlan,
  facts: Parameters<typeof examineEstate>[0]['facts'],
  checks: readonly string[],
): readonly string[] {
  return examineEstate({ plan, facts, now: NOW }, checks).checks.flatMap(({ observations }) =>
    observations.filter(({ outcome }) => outcome !== 'ok').map(({ outcome }) => outcome),
  );
}

/** Whoever deploys owns it. */
function withDeployer({ owners: found }: ApplicationTrust): ApplicationTrust['owners'] {
  const deployer = {
    id: objectId('deployer'),
    name: 'deployer',
    clientId: clientId('deployer'),
    ownsBoth: true,
    mayDeploy: true,
  };
  return known([deployer, ...(found.state === 'known' ? found.value : [])]);
}

/** Accepts a way into the AWS application in the text of an estate. */
function accept(text: string, way: string, until: string): string {
  const line = `    accepted: [{ way: "${way}", reason: 'Ada Lovelace, the builds of the claims team.', until: ${until} }]\n`;
  return text.replace(/^ {2}awsApplication:\n/m, `$&${line}`);
}

test('what the programs made has no way in to be decided, and loses none of what a person accepted', () => {
  const imported = importFrom({ workforce: tenant, customers: directory });
  expect(decide(imported)).toEqual([]);
});

describe.each(INTRUDERS)('%s that somebody added', (_, trust) => {
  test('is to be decided, is declared by no one, and the doctor reports it', () => {
    const imported = importFrom({ workforce: { ...tenant, trust } });
    expect(decide(imported)).toHaveLength(1);
    expect(decide(imported)[0]).toContain(`'${AWS}'`);
    expect(imported.plan.estate.workforce?.awsApplication?.accepted).toEqual([]);
    expect(doctor(imported.plan, trust)).toEqual(['failure']);
  });

  test('is no finding once it is accepted by the words of the list, which the next import keeps, until its last day', () => {
    const first = importFrom({ workforce: { ...tenant, trust } });
    const way = wayIn(decide(first)[0]);
    const accepted = importFrom({ workforce: { ...tenant, trust } }, accept(first.text, way, '2026-11-26'));
    expect(decide(accepted)).toEqual([]);
    expect(doctor(accepted.plan, trust)).toEqual([]);
    const ended = importFrom({ workforce: { ...tenant, trust } }, accept(first.text, way, '2026-11-25'));
    expect(decide(ended)).toHaveLength(1);
    expect(doctor(ended.plan, trust)).toEqual(['failure']);
  });

  test('is reported as gone once it was taken away and the estate still accepts it', () => {
    const first = importFrom({ workforce: { ...tenant, trust } });
    const { plan } = importFrom({ workforce: tenant }, accept(first.text, wayIn(decide(first)[0]), '2027-01-01'));
    expect(doctor(plan, NO_WAY_IN)).toEqual(['warning']);
  });
});

test('an accepted credential that its owner turns to another repository is to be decided again', () => {
  const trust = powers({ federated: [FEDERATED] });
  const imported = importFrom({ workforce: { ...tenant, trust } });
  const text = accept(imported.text, wayIn(decide(imported)[0]), '2027-01-01');
  const turned = powers({ federated: [{ ...FEDERATED, subject: 'repo:eve/repository:ref:refs/heads/main' }] });
  const again = importFrom({ workforce: { ...tenant, trust: turned } }, text);
  expect(decide(again)).toEqual([expect.stringContaining('repo:eve/repository')]);
  // The other one is gone.
  expect(doctor(again.plan, turned).toSorted()).toEqual(['failure', 'warning']);
});

test.each([
  [
    'of the application',
    (isPersonal: boolean) => grants({ own: [{ ...OF_GRAPH, value: 'Mail.Read', ...(isPersonal && { isPersonal }) }] }),
  ],
  [
    'of a client',
    (isPersonal: boolean) => {
      const client = { servicePrincipalId: objectId('stranger'), name: 'S', scopes: ['user'] };
      return grants({ clients: [{ ...client, ...(isPersonal && { isPersonal }) }] });
    },
  ],
])('an accepted consent of people %s is to be decided again once it is for everybody', (_, trust) => {
  const imported = importFrom({ workforce: { ...tenant, trust: trust(true) } });
  const text = accept(imported.text, wayIn(decide(imported)[0]), '2027-01-01');
  expect(decide(importFrom({ workforce: { ...tenant, trust: trust(true) } }, text))).toEqual([]);
  const again = importFrom({ workforce: { ...tenant, trust: trust(false) } }, text);
  expect(decide(again)).toHaveLength(1);
  expect(doctor(again.plan, trust(false)).toSorted()).toEqual(['failure', 'warning']);
});

test('what may not be read is said, beside what was read and is to be decided', () => {
  const trust = { ...owners(EVE), grants: { state: 'denied', permission: 'Directory.Read.All' } as const };
  const { left } = importFrom({ workforce: { ...tenant, trust } });
  const about = left.filter(({ subject }) => subject.includes(`'${AWS}'`));
  expect(about.map(({ reason }) => reason)).toEqual(['decide', 'denied']);
});

test('an address that is told of an expiry is taken over only if the estate declares it', () => {
  const told = {
    ...tenant,
    application: { ...tenant.application, notificationEmails: ['ada@example.com', 'eve@example.com'] },
  };
  const emailsIn = ({ plan: { estate } }: EntraEstate) => estate.workforce?.awsApplication?.saml.notificationEmails;
  const first = importFrom({ workforce: told });
  expect(emailsIn(first)).toEqual([]);
  const declared = first.text.replace(/^( +)signOnUrl: .+$/m, '$&\n$1notificationEmails: [ada@example.com]');
  const second = importFrom({ workforce: told }, declared);
  expect(emailsIn(second)).toEqual(['ada@example.com']);
  const about = second.left.filter(({ subject }) => subject.includes('is told of an expiry'));
  expect(about).toEqual([{ reason: 'decide', subject: expect.stringContaining('eve@example.com') as string }]);
});

describe("the customers' applications", () => {
  const withTrust = (trust: ApplicationTrust): CustomersTenant => {
    const web = directory.applications.find(({ redirectUris }) => redirectUris.length > 0) ?? fail('web');
    return { ...directory, trusts: new Map([...directory.trusts, [web.objectId, trust]]) };
  };

  test('each client secret is to be decided, and an accepted one is no finding of the doctor', () => {
    const customers = withTrust(powers({ secrets: [SECRET, { ...SECRET, keyId: 'k3' }] }));
    const imported = importFrom({ customers });
    expect(decide(imported).map(wayIn)).toEqual(['secret k1', 'secret k3']);
    const line = `    accepted: [{ way: secret k1, reason: 'The secret of the portal.', until: 2027-01-01 }]\n`;
    const { plan } = importFrom({ customers }, imported.text.replace(/^ {2}webApplication:\n/m, `$&${line}`));
    const healthy = customersFacts(plan.estate.customers ?? fail('customers'), NOW, (items) => items);
    const outcomes = (...secrets: readonly (typeof SECRET)[]): readonly string[] => {
      const { found, trust } = factsOf(healthy, 'web');
      if (found.state !== 'known' || found.value === undefined) return fail('web');
      const web = { trust, found: known({ ...found.value, secrets }) };
      return observed(plan, { customers: { ...healthy, registered: new Map([['web', web]]) } }, ['b2c-client-secret']);
    };
    expect(outcomes(SECRET)).toEqual([]);
    expect(outcomes(SECRET, { ...SECRET, keyId: 'k3' })).toEqual(['failure']);
  });

  test('an application whose ways in were not read is said to be so', () => {
    const { left } = importFrom({ customers: { ...directory, trusts: new Map() } });
    expect(left.filter(({ reason }) => reason === 'denied')).toHaveLength(2);
  });

  test('one that the estate declares beside the hosted ones is neither unknown nor a client to be decided', () => {
    const api = directory.applications.find(({ scopes }) => scopes.length > 0) ?? fail('api');
    const portal = {
      ...api,
      ...{ appId: clientId('portal'), objectId: objectId('portal'), servicePrincipalId: objectId('portal-sp') },
      ...{ displayName: 'Portal', identifierUris: [], scopes: [], otherRedirectUris: ['https://portal.example.com/'] },
    };
    const client = { servicePrincipalId: objectId('portal-sp'), name: 'Portal', scopes: ['Accounts.Read'] };
    const customers: CustomersTenant = {
      ...directory,
      applications: [...directory.applications, portal],
      trusts: new Map([...directory.trusts, [api.objectId, grants({ clients: [client] })]]),
    };
    const aboutPortal = ({ left }: EntraEstate): readonly string[] =>
      left.filter(({ subject }) => subject.includes('ortal')).map(({ reason }) => reason);
    const imported = importFrom({ customers });
    expect(aboutPortal(imported)).toEqual(['application', 'decide']);
    const line = `  applications:
    - name: portal
      kind: singlePage
      displayName: Portal
      redirectUris: [https://portal.example.com/]
      calls: [{ api: api, scopes: [Accounts.Read] }]
`;
    const declared = importFrom({ customers }, imported.text.replace(/^customers:\n/m, `$&${line}`));
    expect(aboutPortal(declared)).toEqual([]);
    expect(declared.plan.estate.customers?.applications).toHaveLength(1);
  });
});
