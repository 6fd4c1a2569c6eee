import { hostedPlan, ownServices } from '../../../support/hosting';
import { codesAndPlaces } from '../../../support/estate-files';
import type { HostingEntry } from '../../../../src/estate/sections/hosting/schema';
import type { EstateFile } from '../../../../src/estate/sections/estate-schema';

type Services = NonNullable<HostingEntry['services']>;
type Service = Services[number];
type Edit = (services: Services, hosting: HostingEntry) => void;

/** Codes and paths of what is wrong with services after an edit. */
function faultsOf(edit: Edit): readonly string[] {
  const plan = hostedPlan((hosting: HostingEntry, estate: Pick<EstateFile, 'customers'>) => {
    ownServices(hosting, estate);
    edit(hosting.services ?? [], hosting);
  });
  return codesAndPlaces(plan).flatMap((line) => {
    const [, code, , path] = line.split(' ');
    return code === 'app-runner-closed' || line.includes('placement') ? [] : [`${String(code)} ${String(path)}`];
  });
}

function change(index: number, keys: Partial<Service>): Edit {
  return (services) => {
    Object.assign(services[index] ?? {}, keys);
  };
}

const variable = (keys: object): Edit => change(0, { environment: [{ name: 'ONE', ...keys }] });

test('services of a company are sound', () => {
  expect(faultsOf(() => undefined)).toEqual([]);
});

test.each<readonly [what: string, edit: Edit, code: string, place: string]>([
  ['a name with a capital', change(0, { name: 'Portal' }), 'service-name', '[0].name'],
  ['a name of another one', change(2, { name: 'portal' }), 'service-name', '[2].name'],
  ['an image and a folder', change(1, { folder: 'orders' }), 'service-image', '[1]'],
  ['an image of what runs elsewhere', change(2, { folder: 'crm' }), 'service-image', '[2]'],
  ['an image by its tag', change(1, { image: 'public.ecr.aws/x/orders:latest' }), 'service-image', '[1].image'],
  [
    'an image of another registry on App Runner',
    change(1, { image: `docker.io/acme/orders@sha256:${'a'.repeat(64)}` }),
    'service-image',
    '[1].image',
  ],
  ['a folder above', change(0, { folder: 'apps/../..' }), 'service-image', '[0].folder'],
  ['a port out of range', change(0, { port: 0 }), 'service-image', '[0].port'],
  ['a table elsewhere', change(2, { tables: [{ name: 'two', partitionKey: 'id' }] }), 'service-table', '[2].tables'],
  [
    'a table twice',
    change(0, { tables: [{ name: 'Orders', partitionKey: 'id' }] }),
    'service-table',
    '[0].tables[0].name',
  ],
  ['no value', variable({}), 'service-environment', '[0].environment[0]'],
  ['two values', variable({ value: 'a', clientId: 'portal' }), 'service-environment', '[0].environment[0]'],
  ['a secret as text', variable({ name: 'API_TOKEN', value: 'x' }), 'service-environment', '[0].environment[0].value'],
  [
    'a variable of the platform',
    variable({ name: 'PORT', value: '1' }),
    'service-environment',
    '[0].environment[0].name',
  ],
  ['an unknown application', variable({ clientId: 'shop' }), 'service-environment', '[0].environment[0].clientId'],
  ['an API with a secret', variable({ clientSecret: 'api' }), 'service-environment', '[0].environment[0].clientSecret'],
  ['an unknown scope', variable({ scope: 'api/All' }), 'service-environment', '[0].environment[0].scope'],
  ['an address elsewhere', variable({ url: 'crm' }), 'service-environment', '[0].environment[0].url'],
  ['a table of another service', variable({ table: 'orders' }), 'service-environment', '[0].environment[0].table'],
  ['a size that App Runner has not', change(1, { cpu: 300 }), 'service-cpu', '[1].cpu'],
])('refuses %s', (...[, edit, code, place]) => {
  expect(faultsOf(edit)).toContain(`${code} hosting.services${place}`);
});

test('refuses services that call each other, at both', () => {
  const back: Edit = change(1, { environment: [{ name: 'PORTAL_URL', url: 'portal' }], tables: [] });
  expect(faultsOf(back)).toEqual([
    'service-environment hosting.services[0].environment[5].url',
    'service-environment hosting.services[1].environment[0].url',
  ]);
});

test('refuses a private service without a VPC', () => {
  const edit: Edit = (_services, hosting) => {
    delete hosting.privateApi;
  };
  expect(faultsOf(edit)).toEqual(['service-network hosting.services[1].public']);
});

test('refuses keys of the example, each', () => {
  const edit: Edit = (_services, hosting) => {
    Object.assign(hosting, { url: 'https://claims.example.com', api: { cpu: 256 }, application: 'repository' });
  };
  expect(faultsOf(edit).filter((one) => one.startsWith('service-example'))).toEqual([
    'service-example hosting.url',
    'service-example hosting.api',
    'service-example hosting.application',
  ]);
});
