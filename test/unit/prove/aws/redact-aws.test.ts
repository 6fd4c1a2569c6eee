import fc from 'fast-check';
import type { AwsExchange } from '../../../../src/prove/aws/account-clients';
import { AwsRedactor } from '../../../../src/prove/aws/redact-aws';

const MARK = 'prove-0a1b2c3d';
const ACCOUNT = '210000000099';
const SET = 'arn:aws:sso:::permissionSet/ssoins-7904a1b2c3d4e5f6/ps-0123456789abcdef';

const exchange = (more: Partial<AwsExchange>): AwsExchange => ({
  service: 'sso-admin',
  operation: 'DescribePermissionSet',
  status: 200,
  request: {},
  response: undefined,
  ...more,
});

const redactor = (known?: readonly string[]): AwsRedactor =>
  new AwsRedactor({ mark: MARK, account: ACCOUNT, region: 'eu-west-1', ...(known && { known: new Set(known) }) });

const upper = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[A-Z]{${length}}$`));
const digits = (form: string): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^${form}$`));

/** What must never be written: ids of accounts and of what they have, names and addresses of people. */
const planted = fc.oneof(
  fc.uuid(),
  digits('[1-9]\\d{11}'),
  digits('d-[0-9a-f]{10}'),
  digits('ssoins-[0-9a-f]{16}'),
  digits('ps-[0-9a-f]{16}'),
  digits('AROA[A-Z0-9]{17}'),
  upper(9).map((name) => `arn:aws:iam::${ACCOUNT}:role/${name}`),
  upper(9).map((name) => `${name} Lovelace`),
  upper(9).map((name) => `${name}@planted.example`),
  upper(9),
);

const NAMES = ['Name', 'DisplayName', 'Value', 'Description', 'Arn', 'NextToken', 'Reason', 'KmsKeyArn', 'Emails'];

const bodies = (text: string): fc.Arbitrary<unknown> =>
  fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant(text),
      fc.constant(`before ${text} after`),
      // A document in a text, such as a policy.
      fc.constant(JSON.stringify({ Statement: [{ Resource: text, [text]: { [`x${text}`]: text } }] })),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 4 }),
    ),
  })).value;

test('nothing of the account is written: no id, no name, no address, wherever it stands', () => {
  const cases = planted.chain((text) => fc.tuple(fc.constant(text), bodies(text), bodies(text)));
  fc.assert(
    fc.property(cases, ([text, request, response]) => {
      const one = redactor([]);
      one.label(`Assignments${text}`, 'GROUP-with-policies');
      const sent = exchange({ request: { PermissionSetArn: text, inside: request }, response });
      expect(JSON.stringify(one.redact('read', sent))).not.toContain(text);
    }),
  );
});

test('an id that is a number is left out, and a time has no day', () => {
  const response = { Id: 210000000099, Count: 7, CreatedDate: new Date('2026-11-28T10:00:00Z') };
  expect(redactor([]).redact('read', exchange({ response })).response).toEqual({
    Id: '{number}',
    Count: 7,
    CreatedDate: '{time}',
  });
});

test('what the stand-in answers as well is shown, as are words of enumerations and names of errors', () => {
  const standIn = redactor();
  const policy = { Version: '2012-10-17', Statement: [{ Sid: 'ListBuckets' }] };
  standIn.redact(
    'read',
    exchange({ response: { Description: 'Made to be proven.', InlinePolicy: JSON.stringify(policy) } }),
  );
  const response = {
    Description: 'Made to be proven.',
    Reason: 'Private words',
    Status: 'UPDATE_ROLLBACK_COMPLETE',
    InlinePolicy: JSON.stringify({ ...policy, Statement: [{ Sid: 'ListBuckets', Private: 'ListBuckets' }] }),
    error: 'ConflictException',
    ProvisioningToken: 'Made to be proven.',
  };
  expect(redactor([...standIn.shown]).redact('read', exchange({ response })).response).toEqual({
    Description: 'Made to be proven.',
    Reason: '{text}',
    Status: 'UPDATE_ROLLBACK_COMPLETE',
    InlinePolicy: { Version: '{time}', Statement: [{ Sid: 'ListBuckets', '{name}': 'ListBuckets' }] },
    error: 'ConflictException',
    ProvisioningToken: '{secret}',
  });
});

test('an exchange is about the object whose id or name the request has', () => {
  const one = redactor();
  const about = (request: unknown): string => one.redact('read', exchange({ request })).about;
  expect(about({ PermissionSetArn: SET })).toBe('');
  one.learn(SET, 'policies');
  expect(about({ PermissionSetArn: SET })).toBe('policies');
  expect(about({ StackName: MARK, ChangeSetName: 'first' })).toBe('first');
  expect(about({ DisplayName: `${MARK} people` })).toBe('people');
  expect(about({ AlternateIdentifier: { UniqueAttribute: { AttributeValue: `${MARK}-person` } } })).toBe('person');
});

test('a logical id is told by its words, as a name and as a text', () => {
  const one = redactor();
  one.label('Assignments210000000099', 'GROUP-with-policies');
  const template = { Resources: { Assignments210000000099: { DependsOn: ['Assignments210000000099'] } } };
  const { request } = one.redact('create', exchange({ request: { TemplateBody: JSON.stringify(template) } }));
  expect(request).toEqual({
    TemplateBody: { Resources: { 'GROUP-with-policies': { DependsOn: ['GROUP-with-policies'] } } },
  });
});
