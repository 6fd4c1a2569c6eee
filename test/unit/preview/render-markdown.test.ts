import fc from 'fast-check';
import { memoryFolder } from '../../support/large-estate';
import { codeText, prose } from '../../../src/preview/blocks/markdown';
import { MAX_MARKDOWN_CHARACTERS, renderMarkdown } from '../../../src/preview/render';
import { MANAGEMENT } from '../../support/estate-files';
import { sandboxFiles } from '../../support/sandbox';
import { changedSandboxReport } from '../../support/preview/changed-sandbox';
import type { EstateVersion } from '../../support/preview/reports';
import { asReleased } from '../../support/released';
import { reportOf, reportOfFolders, simpleEstate } from '../../support/preview/reports';
import { runs } from '../../support/runs';

afterEach(() => {
  jest.restoreAllMocks();
});

test('shows the sandbox', () => {
  expect(renderMarkdown(reportOfFolders(memoryFolder('sandbox', sandboxFiles())))).toMatchSnapshot();
});

test('shows what changed, access first', () => {
  expect(renderMarkdown(changedSandboxReport())).toMatchSnapshot();
});

test.each([
  ['a pipe', 'a|b', '<code>a&#124;b</code>'],
  ['a pipe after a backslash', 'a\\|b', '<code>a&#92;&#124;b</code>'],
  ['backticks', '`a`', '<code>&#96;a&#96;</code>'],
  ['a tag', '<script>alert(1)</script>', '<code>&#60;script&#62;alert(1)&#60;/script&#62;</code>'],
  ['a mention', '@everyone', '<code>&#64;everyone</code>'],
  ['a reference', 'see #12', '<code>see &#35;12</code>'],
  ['a link', '[x](javascript:alert)', '<code>&#91;x&#93;(javascript&#58;alert)</code>'],
  ['an address', 'https://evil.example', '<code>https&#58;//evil.example</code>'],
  ['emphasis', '**a** _b_ ~c~', '<code>&#42;&#42;a&#42;&#42; &#95;b&#95; &#126;c&#126;</code>'],
  ['a character reference', '&amp;', '<code>&#38;amp;</code>'],
  ['a line break', 'a\nb', '<code>a&#92;u000ab</code>'],
  ['emoji and umlauts', 'Köln 👩‍💻', '<code>Köln 👩‍💻</code>'],
])('escapes %s in a name', (_, name, expected) => {
  expect(codeText(name)).toBe(expected);
});

test('whatever a name holds, nothing in it can be markup', () => {
  const holds = fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
    // What is read from right to left is isolated.
    const inner = /^\u2068?<code>(?<inner>[^]*)<\/code>\u2069?$/.exec(codeText(name))?.groups?.['inner'];
    expect(inner?.replace(/&#\d+;/g, '') ?? '<').not.toMatch(/[\n|`<>@#*_[\]\\~!{}:=+&$^]/);
    expect(prose(name)).not.toMatch(/[\n|`<>@*_[\]\\~]/);
  });
  fc.assert(holds);
});

/** Estates from small to far beyond a comment, with names that Markdown would read. */
const sizes = fc.record({
  accounts: fc.integer({ min: 1, max: 60 }),
  groups: fc.integer({ min: 1, max: 60 }),
  sets: fc.integer({ min: 1, max: 60 }),
  name: fc.string({
    unit: fc.constantFrom('|', '<', '`', '@', '&', 'x', '\u{1f600}', '*'),
    minLength: 1,
    maxLength: 200,
  }),
});

function versionOf({
  accounts,
  groups,
  sets,
  name,
}: typeof sizes extends fc.Arbitrary<infer T> ? T : never): EstateVersion {
  const indexes = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
  const groupName = (index: number): string => `${name}${index}`;
  return {
    organization: {
      accounts: [
        MANAGEMENT,
        ...indexes(accounts).map((index) => ({ id: String(200_000_000_000 + index), name: `${name}${index}` })),
      ],
      groups: indexes(groups)
        .filter((index) => index % 5 > 0)
        .map(groupName),
    },
    estate: JSON.stringify({
      workforce: { groups: indexes(groups).map((index) => ({ name: groupName(index) })) },
      access: {
        permissionSets: indexes(sets).map((index) => ({ name: `Set${index}`, sessionDuration: 'PT12H' })),
        grants: indexes(groups).map((index) => ({
          group: groupName(index),
          permissionSets: indexes(sets).map((set) => `Set${set}`),
          accounts: {
            include: [index % 2 === 0 ? { all: true } : { id: String(200_000_000_000 + (index % accounts)) }],
          },
        })),
      },
    }),
  };
}

test('is always shorter than a comment may be', () => {
  const empty = { estate: 'access: { permissionSets: [], grants: [] }' };
  const holds = fc.property(sizes, (size) => {
    const head = versionOf(size);
    expect(renderMarkdown(reportOf(head, empty)).length).toBeLessThan(MAX_MARKDOWN_CHARACTERS);
    expect(renderMarkdown(reportOf(empty, head)).length).toBeLessThan(MAX_MARKDOWN_CHARACTERS);
  });
  fc.assert(holds, runs(15));
});

test('says how much was cut, and leaves room for every section', () => {
  const head = versionOf({ accounts: 40, groups: 60, sets: 40, name: 'team' });
  const text = renderMarkdown(reportOf(head, { estate: 'access: { permissionSets: [], grants: [] }' }));
  expect(text).toMatch(/… and \d,\d{3} more\n/);
  for (const title of [
    'Who gains access',
    'Findings',
    'Pending groups',
    'Groups and their permission sets',
    'Stacks',
  ]) {
    expect(text).toContain(`### ${title}\n`);
  }
});

test('a finding has its code, and a rule the lines that acknowledge it, folded', () => {
  asReleased();
  const set = '{ name: Reader, managedPolicies: [IAMFullAccess], description: Reads. }';
  const text = renderMarkdown(reportOf({ estate: simpleEstate({ set }) }));
  expect(text)
    .toContain(` ([IdentityCenter-IC7](https://entra-aws-identity.github.io/latest/findings/IdentityCenter-IC7))
  <details><summary>To keep it as it is, add right after the '&#123;' that opens the permission set, with the reason in place of TODO:</summary>

  \`\`\`yaml
  acknowledge: [{ rule: IdentityCenter-IC7, reason: "TODO" }],
  \`\`\`

  </details>
`);
});
