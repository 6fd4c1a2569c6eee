import { changed, CUSTOMERS, WORKFORCE } from '../../../support/entra-estate';
import { planOf, codesAndPlaces } from '../../../support/estate-files';

test.each([
  {
    what: 'a domain',
    from: 'tenantId: c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73',
    to: 'tenantId: contosoclaims.onmicrosoft.com',
    expected: 'error tenant-id estate.yaml:3:13 customers.tenantId',
  },
  {
    what: 'braces',
    from: 'tenantId: c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73',
    to: "tenantId: '{c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73}'",
    expected: 'error tenant-id estate.yaml:3:13 customers.tenantId',
  },
])('the tenant of the customers: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected]);
});

test.each([
  {
    what: 'no hyphens',
    from: 'tenantId: 5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11',
    to: 'tenantId: 5f2b7c1e0d7a4c539d0e3a1b6f0c8e11',
    expected: 'error tenant-id estate.yaml:2:13 workforce.tenantId',
  },
  {
    what: 'missing beside an application',
    from: '  tenantId: 5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11\n',
    to: '',
    expected: 'error missing-tenant-id estate.yaml:3:3 workforce.awsApplication',
  },
])('the tenant of the workforce: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(WORKFORCE, from, to)))).toEqual([expected]);
});

test.each([
  [
    'capital letters',
    'tenantId: 5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11',
    'tenantId: 5F2B7C1E-0D7A-4C53-9D0E-3A1B6F0C8E11',
  ],
])('is sound: %s', (_, from, to) => {
  expect(codesAndPlaces(planOf(changed(WORKFORCE, from, to)))).toEqual([]);
});

test('a tenant id of another type is one finding, not also a missing one', () => {
  const codes = planOf(
    changed(WORKFORCE, 'tenantId: 5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11', 'tenantId: 5'),
  ).findings.map(({ code }) => code);
  expect(codes).toEqual(['invalid-value']);
});

test('groups alone need no tenant', () => {
  expect(codesAndPlaces(planOf('workforce: { groups: [{ name: A }] }'))).toEqual([]);
});

test('customers and workforce live in two tenants, in whatever case the ids are written', () => {
  const workforce = changed(WORKFORCE, '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11', 'C1A6D0F4-7B52-4E89-A3D1-6F0E2B9C5D73');
  expect(codesAndPlaces(planOf(CUSTOMERS + workforce))).toEqual([
    'error same-tenant estate.yaml:3:13 customers.tenantId [see estate.yaml:26:13]',
  ]);
});
