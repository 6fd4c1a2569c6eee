import { scopeId } from '../../../../constructs/entra/scope-id';

test('is the UUID of version 5 of the full name, as other implementations of RFC 9562 make it', () => {
  // Python: uuid.uuid5(uuid.NAMESPACE_URL, 'https://contosoclaims.onmicrosoft.com/api/Accounts.Read')
  expect(scopeId('https://contosoclaims.onmicrosoft.com/api/Accounts.Read')).toBe(
    '0f8236c7-37cf-5bc7-b816-56f6d9f70656',
  );
  expect(scopeId('https://contosoclaims.onmicrosoft.com/api/Accounts.Write')).toBe(
    '5eb9755c-a7e8-5f30-8709-bb44fb9f9eec',
  );
});

test('is another one for another scope, and for another application', () => {
  const names = ['https://a.example/api/Read', 'https://a.example/api/Write', 'https://b.example/api/Read'];
  expect(new Set(names.map(scopeId)).size).toBe(3);
});
