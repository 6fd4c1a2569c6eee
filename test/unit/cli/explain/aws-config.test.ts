import { ConfigFileError, differencesOf, sectionsOf, withSections } from '../../../../src/cli/explain/aws-config';

const PORTAL = { session: 'acme', startUrl: 'https://acme.awsapps.com/start', region: 'eu-west-1' };
const profileOf = (name: string) => ({ name, account: '210000000001', permissionSet: 'Reader' });
const sections = sectionsOf([profileOf('b'), profileOf('a')], PORTAL, 'aws-cli');
const OTHERS = '[default]\r\nregion = eu-west-1\r\n';

test.each(['', OTHERS, '[default]\nregion = x', '\n\n# mine\n'])('%j stays as it is, before the sections', (others) => {
  const once = withSections(others, 'acme', sections).text;
  expect(once.startsWith(others)).toBe(true);
  expect(withSections(once, 'acme', sections).text).toBe(once);
  const [first] = once.slice(others.length).trimStart().split('\n');
  expect(first).toBe('# begin entra-aws profiles of acme');
});

test('what stands after the sections stays too, and only sections that differ are told', () => {
  const text = `${withSections(OTHERS, 'acme', sections).text}[profile mine]\r\nregion = x\r\n`;
  const next = sectionsOf([profileOf('a'), profileOf('c')], { ...PORTAL, region: 'eu-west-3' }, 'aws-cli');
  const changed = withSections(text, 'acme', next);
  expect(changed.text.startsWith(OTHERS)).toBe(true);
  expect(changed.text.endsWith('[profile mine]\r\nregion = x\r\n')).toBe(true);
  expect(differencesOf(changed.before, changed.block)).toEqual([
    '~ [sso-session acme]',
    '- [profile b]',
    '+ [profile c]',
  ]);
});

test('sections of two estates stand beside each other', () => {
  const first = withSections('', 'acme', sections).text;
  const other = sectionsOf([profileOf('z')], { ...PORTAL, session: 'other' }, 'aws-cli');
  expect(withSections(first, 'other', other).text.startsWith(first)).toBe(true);
});

test.each([
  ['# begin entra-aws profiles of acme\n'],
  ['# end entra-aws profiles of acme\n# begin entra-aws profiles of acme\n'],
  ['# begin entra-aws profiles of acme\n# begin entra-aws profiles of acme\n# end entra-aws profiles of acme\n'],
  ['[profile a]\n'],
  ['[ profile "a" ]\n'],
  ['[sso-session acme]\n'],
])('%j is refused', (text) => {
  expect(() => withSections(text, 'acme', sections)).toThrow(ConfigFileError);
});
