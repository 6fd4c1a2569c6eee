import type { FoundApplication } from '../../../../src/clouds/facts/trust-facts';
import type { CustomersTenant, WorkforceTenant } from '../../../../src/clouds/facts/tenant-facts';
import { diskFolder } from '../../../../src/estate/load/estate-folder';
import { planEstate } from '../../../../src/estate/plan/estate-plan';
import { ClientId, ObjectId } from '../../../../src/estate/source/ids';
import { adoptCustomers, adoptWorkforce } from '../../../../src/import/entra/adoption';
import { runPrograms } from '../../../../src/preview/engine/run-program';
import type { ProgramRun } from '../../../../src/preview/entra/facts';
import { EXAMPLE_ESTATES } from '../../../support/repository';
import { customersTenantOf, workforceTenantOf } from '../../../support/tenants-of-programs';

// Names are not unique in a directory: the import must not take over something that only goes by the same one.

const WEB = 'azuread:index/application:Application::web-application';
const ASSIGNMENT = /^azuread:index\/appRoleAssignment:AppRoleAssignment::aws-/;

let runs: Readonly<Record<'customers' | 'workforce', ProgramRun>>;
let directory: CustomersTenant;
let web: FoundApplication;
let tenant: WorkforceTenant;

beforeAll(async () => {
  const { estate } = planEstate(diskFolder(EXAMPLE_ESTATES, 'sandbox'));
  const { programs } = await runPrograms(estate, { now: new Date('2026-11-26T12:00:00Z') });
  const find = (name: string): ProgramRun => programs.find(({ program }) => program === name) ?? fail(name);
  runs = { customers: find('customers'), workforce: find('workforce') };
  directory = customersTenantOf(runs.customers, 'directory');
  web = directory.applications.find(({ redirectUris }) => redirectUris.length > 0) ?? fail('web');
  tenant = workforceTenantOf(runs.workforce, 'tenant');
});

function fail(what: string): never {
  throw new Error(`${what} is missing`);
}

/** An application that goes by the web application's name. */
function namesake(redirectUris: readonly string[]): FoundApplication {
  return {
    ...web,
    appId: ClientId.parse('client-of-other'),
    objectId: ObjectId.parse('object-of-other'),
    redirectUris,
  };
}

function withOther(other: FoundApplication): CustomersTenant {
  return { ...directory, applications: [other, ...directory.applications] };
}

test('of two applications of one name it takes over the one with a redirect URI of the estate', async () => {
  const { ids } = await adoptCustomers(runs.customers, withOther(namesake(['https://old.example.com/callback'])), {});
  expect(ids[WEB]).toBe(`/applications/${web.objectId}`);
});

test('where redirect URIs do not tell them apart, it takes over the one that was chosen, and else neither', async () => {
  const both = withOther(namesake(web.redirectUris));
  expect((await adoptCustomers(runs.customers, both, { web: web.appId })).ids[WEB]).toBe(
    `/applications/${web.objectId}`,
  );
  const { ids, created } = await adoptCustomers(runs.customers, both, {});
  expect(ids[WEB]).toBeUndefined();
  expect(created).toContain(WEB);
});

test("of a group's assignments it takes over the one in the role of the estate", async () => {
  const others = tenant.assignments.map((one) => ({ ...one, id: `other-${one.id}`, roleId: 'another role' }));
  const { ids } = await adoptWorkforce(runs.workforce, { ...tenant, assignments: [...others, ...tenant.assignments] });
  const assigned = Object.entries(ids).filter(([name]) => ASSIGNMENT.test(name));
  expect(assigned).not.toEqual([]);
  expect(assigned.filter(([, id]) => id.includes('other-'))).toEqual([]);
});
