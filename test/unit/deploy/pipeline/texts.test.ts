import fc from 'fast-check';
import {
  commentMarker,
  composeComment,
  composeDriftReport,
  fenced,
  versionIn,
} from '../../../../src/deploy/pipeline/comment';
import { destructionOf, parsePreview } from '../../../../src/deploy/pipeline/gate';
import { logLines } from '../../../../src/deploy/pipeline/log-lines';
import type { Outcome } from '../../../../src/deploy/pipeline/outcome';
import { MAX_MARKDOWN_CHARACTERS } from '../../../../src/preview/render';

const MAX_COMMENT_CHARACTERS = 65_000;
const runUrl = 'https://github.example/insurance/identity/actions/runs/42';
const outcome = (change: Partial<Outcome> = {}): Outcome => ({
  step: 'hosting',
  command: 'cdk diff sandbox-hosting',
  state: 'changed',
  destroyed: [],
  text: '[~] AWS::AppRunner::Service',
  ...change,
});
const parts = {
  estate: 'sandbox',
  characters: MAX_COMMENT_CHARACTERS,
  preview: '## Access of sandbox\n\ngains',
  outcomes: [],
  destruction: [],
  massChanges: [],
  runUrl,
  kept: { where: 'its artifact', name: 'preview-sandbox' },
};

/** What people call somebody, an application or a resource, who want to be more than a name. */
const HOSTILE =
  '</details><script>alert(1)</script> @insurance/owners fixes #1 ![x](https://evil.example/x.png) ````\n```\n# Head';

describe('a comment', () => {
  test('has the lines by which the placement file must change, and none where it matches', () => {
    const body = composeComment({ ...parts, placement: ['- "gone"', '+ "new"'] });
    expect(body).toContain('placement.lock.json</code>: 2 lines must change');
    expect(body).toContain('```text\n- "gone"\n+ "new"\n```');
    expect(composeComment(parts)).not.toContain('placement.lock.json');
    const long = composeComment({ ...parts, placement: Array.from({ length: 10_000 }, (_, at) => `+ line ${at}`) });
    expect(long.length).toBeLessThan(15_000);
  });

  test('begins with its marker, then with who gains and loses, then with what is destroyed, then with the engines', () => {
    const body = composeComment({ ...parts, destruction: ['delete group Auditors'], outcomes: [outcome()] });
    expect(body).toMatchInlineSnapshot(`
      "<!-- entra-aws-identity preview of sandbox -->
      ## Access of sandbox

      gains

      ### Destroys

      Only with the label <code>allow-destructive</code>:

      - <code>delete group Auditors</code>

      ### Against what is deployed

      | Stack |  |
      | --- | --- |
      | <code>sandbox-hosting</code> | **changes** |

      <details><summary><code>sandbox-hosting</code>: <code>cdk diff sandbox-hosting</code></summary>

      \`\`\`text
      [~] AWS::AppRunner::Service
      \`\`\`

      </details>

      [The run](https://github.example/insurance/identity/actions/runs/42) has the whole report in its artifact <code>preview-sandbox</code>.
      "
    `);
  });

  test('says how many resources a look could not check', () => {
    const body = composeDriftReport({ ...parts, outcomes: [outcome({ state: 'unchanged', unchecked: 12 })] });
    expect(body).toContain('| <code>sandbox-hosting</code> | no change, 12 not checked |');
  });

  test('says what changes more access than the limits allow, before what is destroyed', () => {
    const massChanges = ['120 assignments lost (15 % of 800); pipeline.limits.lost allows 100'];
    const body = composeComment({ ...parts, massChanges, destruction: ['delete group Auditors'] });
    expect(body).toContain(
      '### Changes more access than the limits allow\n\nOnly with the label <code>mass-change-approved</code>:\n\n- <code>120 assignments lost (15 % of 800); pipeline.limits.lost allows 100</code>\n\n### Destroys',
    );
  });

  test('says that the preview failed, and names no artifact, since there is none', () => {
    const body = composeComment({ ...parts, preview: undefined });
    expect(body).toContain('**The preview failed**');
    expect(body).not.toContain('artifact');
  });

  test('offers no label for an estate with errors, which the preview shows', () => {
    const destruction = ['what changes is unknown: The estate has errors'];
    expect(composeComment({ ...parts, destruction })).toContain('allow-destructive');
    expect(composeComment({ ...parts, hasErrors: true, destruction })).not.toContain('allow-destructive');
  });

  test('says that AWS has another organization, and which branch proposes it', () => {
    const stale = (proposal: string | undefined) => composeComment({ ...parts, staleSnapshot: { proposal } });
    expect(stale('entra-aws/organization-sandbox-0123456789').split('\n')[1]).toContain(
      '<code>entra-aws/organization-sandbox-0123456789</code>',
    );
    expect(stale(undefined)).toContain('No proposal of it is open');
    expect(composeComment(parts)).not.toContain('another organization');
  });

  test('names its commit, and carries what tells it from older ones', () => {
    const version = { commit: 'c0ffee'.repeat(6), base: 'b'.repeat(40), run: 42, asked: ['cdk'] as const };
    const body = composeComment({ ...parts, version });
    expect(body).toContain('Of the commit <code>c0ffeec0ff</code>.');
    expect(versionIn(body)).toEqual(version);
  });

  test('has the digests of images that were published for the approval, and says which are older', () => {
    const image = { repository: 'images', tag: 'a'.repeat(64), pushedAt: '2026-11-20T10:00:00.000Z', isNew: true };
    const images = [
      { ...image, name: 'Customer application: web', digest: `sha256:${'1'.repeat(64)}` },
      { ...image, name: 'Customer application: api', digest: `sha256:${'2'.repeat(64)}`, isNew: false },
    ];
    const body = composeComment({ ...parts, images });
    expect(body).toContain('### Images');
    expect(body).toMatch(/web.* \| <code>sha256&#58;1{64}<\/code> \| <code>a{12}<\/code> \| \*\*built by this run\*\*/);
    expect(body).toMatch(
      /api.* \| <code>sha256&#58;2{64}<\/code> \| <code>a{12}<\/code> \| since 2026-11-20T10&#58;00&#58;00/,
    );
    expect(composeComment(parts)).not.toContain('Images');
  });

  test('without an answer of the clouds says nothing of them', () => {
    expect(composeComment(parts)).not.toContain('Against what is deployed');
  });

  test('is short enough, however long its parts are, and keeps the access whole', () => {
    const preview = `${'a'.repeat(MAX_MARKDOWN_CHARACTERS - 4)}END`;
    const outcomes = [outcome({ text: 'x'.repeat(200_000) }), outcome({ step: 'access', text: 'y'.repeat(200_000) })];
    const destruction = Array.from({ length: 50 }, (_, index) => `delete group ${'g'.repeat(100)}${index}`);
    const body = composeComment({ ...parts, preview, outcomes, destruction });
    expect(body.length).toBeLessThanOrEqual(MAX_COMMENT_CHARACTERS);
    expect(body).toContain('END');
    expect(body).toContain('- and 35 more');
    expect(body).toContain(runUrl);
  });

  test('shares what room there is among the engines, and says what is cut', () => {
    const outcomes = [outcome({ text: 'x'.repeat(200_000) }), outcome({ step: 'access', text: 'y'.repeat(200_000) })];
    const body = composeComment({ ...parts, outcomes });
    expect(body.length).toBeLessThanOrEqual(MAX_COMMENT_CHARACTERS);
    expect(body.match(/… cut: the artifact of the run has all of it/g)).toHaveLength(2);
  });

  test('takes no name for markup, a mention or the end of a block', () => {
    const hostile = outcome({ text: HOSTILE, command: HOSTILE });
    const body = composeComment({ ...parts, destruction: [HOSTILE], outcomes: [hostile] });
    const outside = body.replace(/^(`{3,})text\n[^]*?\n\1$/gm, '').replaceAll(/<\/?(details|summary|code)>/g, '');
    expect(outside).not.toMatch(/@insurance|<script|!\[x\]|#1\b(?!;)|<\/details>/);
    // The block's fence is longer than the row of backticks that would end it.
    expect(body).toContain('`````text');
  });
});

test('text in a block stays in it, whatever it is, and within its room', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 600 }),
    fc.string({ unit: fc.constantFrom('`', '\n', '~', 'a'), maxLength: 600 }),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 300, max: 900 }), (any, room) => {
      const block = fenced(any, room);
      const lines = block.split('\n');
      const fence = /^`+/.exec(block)?.[0] ?? '';
      expect(lines.slice(1, -1).filter((line) => line.trim().startsWith(fence))).toEqual([]);
      expect(lines.at(-1)).toBe(fence);
    }),
    { numRuns: 200 },
  );
  expect(fenced('x'.repeat(1000), 300)).toHaveLength(300);
  expect(fenced('\u001b[31mred\u001b[0m\u202e', 300)).toBe('```text\nred\\u202e\n```');
});

/** Quick actions that GitLab finds: lib/gitlab/quick_actions/extractor.rb, whose blocks of code end at any three backticks. */
function quickActions(markdown: string): readonly string[] {
  const outside = markdown.replace(/^```[^]+?\n```$/gm, '').replace(/^<[^>]+?>\n[^]+?\n<\/[^>]+?>$/gm, '');
  return outside.split('\n').filter((line) => /^\/(approve|close|merge|assign)/.test(line));
}

test('no text of others is a quick action of GitLab or a mention of Azure DevOps, though it ends the block as GitLab sees it', () => {
  const text = '```\n/approve\n/merge\n@<0b5e6f4e-0000-4000-8000-0000000000aa>\n````text';
  const body = composeComment({
    ...parts,
    outcomes: [outcome({ text, command: '/approve' })],
    destruction: ['/close'],
  });
  expect(body).toContain('\n /approve\n /merge\n');
  expect(quickActions(body)).toEqual([]);
  expect(quickActions('````text\n```\n/approve\n````')).toEqual(['/approve']);
  expect(body).not.toContain('@<');
});

test('a tab in a log is two spaces, in the comment too', () => {
  expect(logLines('a\tb')).toBe('| a  b\n');
  expect(fenced('a\tb', 300)).toContain('\na  b\n');
});

test('no line of the log is a command to the runner', () => {
  const lines = logLines(
    '::add-mask::x\n  ::stop-commands::y\n##[group]z\r::error::w\nname ##vso[task.prependpath]/tmp\nsection_start:1:x\r\u001b[0K\n',
  );
  for (const line of lines.split('\n').slice(0, -1)) expect(line).toMatch(/^\| (?!.*(?:##(?:vso)?\[|\r|\u001b))/);
  expect(lines.split(/[\n\r]/).filter((line) => line.trimStart().startsWith('::'))).toEqual([]);
});

describe('the report of drift', () => {
  test('says what was found, and shows it', () => {
    const outcomes = [outcome(), outcome({ step: 'customers', state: 'failed', text: 'no login' })];
    const body = composeDriftReport({ ...parts, outcomes });
    expect(body).toContain('Of 2 looks, 1 found drift and 1 failed.');
    expect(body).toContain('AWS::AppRunner::Service');
    expect(body.startsWith('<!-- entra-aws-identity drift of sandbox -->\n')).toBe(true);
  });

  test('is short enough', () => {
    const outcomes = [outcome({ text: 'x'.repeat(300_000) })];
    expect(composeDriftReport({ ...parts, outcomes }).length).toBeLessThanOrEqual(MAX_COMMENT_CHARACTERS);
  });
});

describe('what is destroyed', () => {
  const changes = { replacements: [], operations: [], entra: { abandoned: [], resources: [] } };
  const read = (change: object) =>
    parsePreview(JSON.stringify({ estate: 'sandbox', changes: { ...changes, ...change } }));

  test('is nothing where people only gain and lose access', () => {
    const operations = [
      { stack: 'sandbox-access', deleted: 3 },
      { stack: 'sandbox-hosting', deleted: 0 },
    ];
    expect(destructionOf(read({ gained: [{}], lost: [{}], operations }), [outcome()])).toEqual([]);
  });

  test('is what is replaced or deleted by the preview, and by the engines', () => {
    const found = destructionOf(
      read({
        replacements: [{ kind: 'permission-set-renamed', subject: 'Audit → Auditing' }],
        operations: [{ stack: 'sandbox-hosting-data', deleted: 2 }],
        entra: {
          abandoned: ['The stack sandbox-customers is deployed no longer.'],
          resources: [
            { action: 'delete', what: 'user flow', label: 'B2C_1_old' },
            { action: 'update', what: 'group', label: 'Auditors' },
          ],
        },
      }),
      [outcome({ step: 'workforce', destroyed: ['delete azuread:index/group:Group auditors'] })],
    );
    expect(found).toEqual([
      'permission-set-renamed: Audit → Auditing',
      'sandbox-hosting-data: deletes resources (2)',
      'The stack sandbox-customers is deployed no longer.',
      'delete user flow B2C_1_old',
      'deployed workforce: delete azuread:index/group:Group auditors',
    ]);
  });

  test('is unknown where nothing could be compared, and that is no permission', () => {
    expect(destructionOf(read({ notCompared: 'the base has errors' }), [])).toEqual([
      'what changes is unknown: the base has errors',
    ]);
    expect(() => parsePreview(JSON.stringify({ estate: 'sandbox' }))).toThrow('--base');
    expect(() => parsePreview('{}')).toThrow();
  });
});

test('the marker tells estates apart', () => {
  expect(commentMarker('sandbox')).not.toBe(commentMarker('sandbox2'));
  expect(commentMarker('sandbox2').startsWith(commentMarker('sandbox'))).toBe(false);
});
