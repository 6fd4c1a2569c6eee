import { version } from '../../../../package.json';
import { run } from '../../../../src/cli/docs/finding';
import { asReleased } from '../../../support/released';
import { UsageError } from '../../../../src/cli/program/cli';

afterEach(() => {
  jest.restoreAllMocks();
});

function printed(code?: string): string {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    expect(run({}, code === undefined ? [] : [code])).toBe(0);
    return write.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    write.mockRestore();
  }
}

test('prints the page of a finding as plain text, with the address of this version at its end', () => {
  asReleased();
  const text = printed('inline-policy-file');
  expect(text).toMatch(/^inline-policy-file\n\nThe file of an inline policy can't be used: /);
  expect(text).toContain('\n  access:\n    permissionSets:\n');
  expect(text.split('\n').at(-2)).toBe(`https://entra-aws-identity.github.io/${version}/findings/inline-policy-file`);
  expect(text).not.toMatch(/```|^#|\]\(|^---/m);
});

test('names no address before the first release', () => {
  expect(printed('inline-policy-file')).not.toContain('https://entra-aws-identity.github.io');
});

test('says an address behind the words that lead to it, and leaves out files of the documentation', () => {
  expect(printed('certificate-life')).toContain(
    '(addTokenSigningCertificate (https://learn.microsoft.com/graph/api/serviceprincipal-addtokensigningcertificate))',
  );
  expect(printed('placement-stale')).toContain('After a merge, see the placement file.');
});

test('a rule of cdk-nag has the page of its pack', () => {
  expect(printed('AwsSolutions-IAM5[Resource::*]')).toMatch(/^AwsSolutions\n/);
});

test('lists all findings by section without a code', () => {
  const text = printed();
  expect(text).toMatch(/^The files of an estate\n {2}account-in-no-ou +An account/);
  expect(text).toMatch(/\n\nPolicy rules\n {2}AppRunner-AR1 /);
});

test.each([
  ['session-duratoin', "unknown finding 'session-duratoin'\n(Did you mean session-duration?)"],
  ['IdentityCenter-ic5', "unknown finding 'IdentityCenter-ic5'\n(Did you mean IdentityCenter-IC5?)"],
  ['zzz', "unknown finding 'zzz'\n('npx --no entra-aws docs finding' lists all codes)"],
])('refuses %s, and says what may be meant', (code, message) => {
  expect(() => run({}, [code])).toThrow(new UsageError(message));
});
