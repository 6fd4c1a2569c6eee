import { checkLocal } from '../../../src/clouds/local-target';

const BOTH = { aws: true, graph: ['workforce', 'customers'], signIn: true } as const;
const LOCAL = {
  B2C_ORIGIN: 'http://localhost:4001',
  AWS_ENDPOINT_URL: 'http://localhost:5000',
  ARM_METADATA_HOSTNAME: 'localhost:4443',
};

test('stand-ins on this machine are taken', () => {
  expect(() => {
    checkLocal({ ...LOCAL, AWS_ENDPOINT_URL_CLOUDTRAIL: 'http://127.0.0.1:1', HOME: '/elsewhere' }, BOTH);
  }).not.toThrow();
});

test('one directory may have its own stand-in', () => {
  expect(() => {
    checkLocal({ ...LOCAL, WORKFORCE_ARM_METADATA_HOSTNAME: 'localhost:1' }, BOTH);
    const own = { ...LOCAL, ARM_METADATA_HOSTNAME: '', WORKFORCE_ARM_METADATA_HOSTNAME: 'localhost:1' };
    checkLocal(own, { ...BOTH, graph: ['workforce'] });
  }).not.toThrow();
});

test.each([
  ['the other has none', { ARM_METADATA_HOSTNAME: '', WORKFORCE_ARM_METADATA_HOSTNAME: 'localhost:1' }],
  ['the other has an empty one, which counts for it', { CUSTOMERS_ARM_METADATA_HOSTNAME: '' }],
])('the stand-in of one directory is not that of the other: %s', (_, hosts) => {
  expect(() => {
    checkLocal({ ...LOCAL, ...hosts }, BOTH);
  }).toThrow(/^--against local:\n {2}CUSTOMERS_ARM_METADATA_HOSTNAME is missing/);
});

test('without addresses it would ask the real clouds: all that is missing is named', () => {
  expect(() => {
    checkLocal({ AWS_ENDPOINT_URL: '' }, BOTH);
  }).toThrow(
    '--against local:\n' +
      '  AWS_ENDPOINT_URL is missing: the address of moto\n' +
      "  ARM_METADATA_HOSTNAME is missing: npx --no entra-aws start graph writes it to the file 'azuread.env'\n" +
      '  B2C_ORIGIN is missing: the origin of the emulator of B2C',
  );
});

test('what is not read needs no address', () => {
  expect(() => {
    checkLocal({}, { aws: false, graph: [], signIn: false });
  }).not.toThrow();
});

test.each([
  ['AWS_ENDPOINT_URL', 'https://sso.eu-west-1.amazonaws.com'],
  ['AWS_ENDPOINT_URL_SSO_ADMIN', 'http://localhost.example.com'],
  ['B2C_ORIGIN', 'https://contosoclaims.b2clogin.com'],
  ['ARM_METADATA_HOSTNAME', 'management.azure.com'],
  ['CUSTOMERS_ARM_METADATA_HOSTNAME', '10.0.0.1:443'],
])('%s elsewhere is refused', (name, value) => {
  expect(() => {
    checkLocal({ ...LOCAL, [name]: value }, BOTH);
  }).toThrow(`${name} is '${value}', which is not of this machine`);
});
