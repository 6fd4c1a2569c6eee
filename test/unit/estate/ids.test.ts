import { AccountId, ClientId, ObjectId, PermissionSetArn, PrincipalId, readId } from '../../../src/estate/source/ids';

const GUID = 'AAAAAAAA-0000-4000-8000-00000000000b';

test('ids of principals are compared in small letters', () => {
  expect(readId(PrincipalId, GUID)).toBe(GUID.toLowerCase());
  expect(readId(PrincipalId, `9067f0a1b2-${GUID}`)).toBe(`9067f0a1b2-${GUID.toLowerCase()}`);
});

test.each([undefined, null])('an answer without an id is an error (%s)', (told) => {
  expect(() => readId(ObjectId, told)).toThrow(new Error('the answer lacks an id that it must have'));
});

test.each([
  [AccountId, '12345', '"12345" is not a valid account id (12 digits in quotes)'],
  [
    PrincipalId,
    'ann',
    '"ann" is not a valid Identity Store id (a GUID, in older stores with ten digits and a hyphen before it)',
  ],
  [PermissionSetArn, 'arn:aws:iam::1:role/a', '"arn:aws:iam::1:role/a" is not the ARN of a permission set'],
  [ObjectId, '', '"" is empty'],
  [ClientId, '', '"" is empty'],
])('an id of another form is an error that shows it (%#)', (kind, told, problem) => {
  expect(() => readId(kind, told)).toThrow(new Error(`the answer has an unexpected id: ${problem}`));
});
