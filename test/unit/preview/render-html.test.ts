import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { memoryFolder } from '../../support/large-estate';
import { renderHtml } from '../../../src/preview/render-html';
import { MANAGEMENT } from '../../support/estate-files';
import { sandboxFiles } from '../../support/sandbox';
import { asReleased } from '../../support/released';
import { reportOf, reportOfFolders, simpleEstate } from '../../support/preview/reports';

const page = renderHtml(reportOfFolders(memoryFolder('sandbox', sandboxFiles())));

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start) + start.length;
  return text.slice(from, text.indexOf(end, from));
}

/** What the page has for its script after a text. */
function unpacked(text: string, after = '<table id="grid">'): unknown {
  const data = between(text.slice(text.indexOf(after)), '<script type="text/plain">', '</script>');
  return JSON.parse(inflateRawSync(Buffer.from(data, 'base64')).toString());
}

afterEach(() => {
  jest.restoreAllMocks();
});

test('allows its own style and script and nothing else', () => {
  const hash = (text: string): string => `&#39;sha256-${createHash('sha256').update(text).digest('base64')}&#39;`;
  expect(between(page, 'Content-Security-Policy" content="', '"')).toBe(
    `default-src &#39;none&#39;; style-src ${hash(between(page, '<style>', '</style>'))}; script-src ${hash(between(page, '<script>', '</script>'))}; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
  );
});

test('loads nothing, and has no style or script in attributes', () => {
  expect(page).not.toMatch(/<(?:link|img|iframe|object|embed)\b/);
  expect(page).not.toMatch(/\s(?:src|style|on\w+)=/);
});

test('has the whole matrix as plain HTML', () => {
  const body = between(page, '<table id="grid">', '</table>');
  expect(body.match(/<tr><th scope="row">/g)).toHaveLength(14);
  expect(body.match(/<b\b[^>]*>/g)).toHaveLength(46);
  expect(body).toContain('portal-legacy<small>210000000014 · suspended</small>');
});

test.each(['</script><script>alert(1)</script>', '<img src=x onerror=alert(1)>', `"'><b>`, '<!--', '👩‍💻 & co'])(
  'a name such as %s is only ever text',
  (name) => {
    const text = renderHtml(
      reportOf({
        estate: simpleEstate({ group: JSON.stringify(name), include: `{ name: ${JSON.stringify(name)} }` }),
        organization: { accounts: [MANAGEMENT, { id: '100000000001', name, tags: { [name]: name } }], groups: [name] },
      }),
    );
    expect(text.match(/<script\b/g)).toHaveLength(2);
    expect(text.match(/<\/script>/g)).toHaveLength(2);
    expect(unpacked(text)).toMatchObject({ groups: [{ name }] });
    expect(text).not.toMatch(/<img|<!--|"'>/);
  },
);

test('shows a character that would turn the text around, instead of obeying it', () => {
  const text = renderHtml(reportOf({ estate: simpleEstate({ group: '"a\\u202eb"' }) }));
  expect(text).toContain('a\\u202eb');
  expect(text).not.toContain('\u202e');
});

test('says so where there is nothing to show', () => {
  const text = renderHtml(reportOf({ estate: 'workforce: { groups: [{ name: Developers }] }' }));
  expect(text).toContain('No access could be expanded.');
  expect(text).toContain('The organization is not known.');
});

test('a finding has its code, and a rule the lines that acknowledge it', () => {
  asReleased();
  const set = '{ name: Reader, managedPolicies: [IAMFullAccess], description: Reads. }';
  const text = renderHtml(reportOf({ estate: simpleEstate({ set }) }));
  expect(text).toContain(
    '(<span class="id"><a href="https://entra-aws-identity.github.io/latest/findings/IdentityCenter-IC7">IdentityCenter-IC7</a></span>)',
  );
  expect(text).toContain('>acknowledge: [{ rule: IdentityCenter-IC7, reason: &quot;TODO&quot; }],</pre>');
});
