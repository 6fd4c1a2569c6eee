import { version } from '../../../../package.json';
import { run } from '../../../../src/cli/docs/run';
import { UsageError } from '../../../../src/cli/program/cli';
import { openInBrowser } from '../../../../src/cli/program/open-in-browser';
import { asReleased } from '../../../support/released';

jest.mock('../../../../src/cli/program/open-in-browser');

afterEach(() => {
  jest.restoreAllMocks();
});

const SITE = `https://entra-aws-identity.github.io/${version}`;

async function printed(words: readonly string[], open = false): Promise<string> {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    expect(await run({ open }, words)).toBe(0);
    return write.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    write.mockRestore();
  }
}

test('prints the page of a finding as plain text, with the address of this version at its end', async () => {
  asReleased();
  const text = await printed(['inline-policy-file']);
  expect(text).toMatch(/^inline-policy-file\n\nThe file of an inline policy can't be used: /);
  expect(text).toContain('\n  access:\n    permissionSets:\n');
  expect(text.split('\n').at(-2)).toBe(`${SITE}/findings/inline-policy-file`);
  expect(text).not.toMatch(/```|^#|\]\(|^---/m);
});

test('names no address before the first release', async () => {
  expect(await printed(['inline-policy-file'])).not.toContain(SITE);
});

test('says behind words where they lead: an address, a page, or a section of one', async () => {
  expect(await printed(['certificate-life'])).toContain(
    '(addTokenSigningCertificate (https://learn.microsoft.com/graph/api/serviceprincipal-addtokensigningcertificate))',
  );
  expect(await printed(['placement-stale'])).toContain('After a merge, see the placement file (docs placement');
});

test.each([['operations'], ['Operations'], ['docs/operations.md'], ['operations.md']])(
  'finds a page by %s',
  async (word) => {
    expect(await printed([word])).toMatch(/^Operations\n/);
  },
);

test.each([
  ['a title', 'the pipeline', 'The pipeline'],
  ['a rule of a pack', 'AwsSolutions-IAM5[Resource::*]', 'AwsSolutions'],
  ['the list of findings', 'findings', 'Findings'],
])('finds a page by %s', async (_, word, title) => {
  expect((await printed([word])).split('\n')[0]).toBe(title);
});

test('lists the pages without a name, and how each is printed', async () => {
  expect(await printed([])).toContain('Emergency access (docs emergency-access)');
});

test.each(['Rotate the SCIM token', 'rotate-the-scim-token', '#rotate-the-scim-token'])(
  'prints the section %s alone',
  async (section) => {
    asReleased();
    const text = await printed(['operations', section]);
    expect(text).toMatch(/^Rotate the SCIM token\n/);
    expect(text).not.toContain('What expires');
    expect(text.split('\n').at(-2)).toBe(`${SITE}/operations#rotate-the-scim-token`);
  },
);

test('opens the page of this version', async () => {
  asReleased();
  expect(await printed(['operations', 'Alarms, and what they stand for'], true)).toBe('');
  expect(openInBrowser).toHaveBeenCalledWith(`${SITE}/operations#alarms-and-what-they-stand-for`, expect.anything());
});

test('prints the page where this version has no site to open', async () => {
  const errors = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await printed(['concepts'], true)).toMatch(/^Concepts\n/);
  expect(errors).toHaveBeenCalled();
});

test.each([
  [['session-duratoin'], "did you mean 'session-duration'?"],
  [['IdentityCenter-ic55'], "did you mean 'IdentityCenter-IC5'?"],
  [['certificat'], "'certificate-day'"],
  [['operations', 'Rotate the SCIM tokn'], "did you mean 'Rotate the SCIM token'?"],
])('refuses %j, and names what may be meant', async (words, near) => {
  const refused = printed(words);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(near);
});
