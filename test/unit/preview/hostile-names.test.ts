import fc from 'fast-check';
import type { Block, Section, Spans } from '../../../src/preview/blocks/block';
import {
  badge,
  code,
  codes,
  line,
  lines,
  link,
  list,
  marked,
  name,
  place,
  quiet,
  small,
  strong,
  table,
} from '../../../src/preview/blocks/make';
import { markdownOfSections } from '../../../src/preview/blocks/markdown';
import { sectionOf } from '../../../src/preview/render-html';
import { renderSections } from '../../../src/preview/blocks/terminal';

/** Everything that some reader of a report takes for more than text. */
const PIECES = [
  '|',
  '`',
  '```',
  '\n',
  '\r\n',
  '\t',
  '<script>alert(1)</script>',
  '<!--',
  '-->',
  '</code>',
  '</td>',
  '"',
  "'",
  '&amp;',
  '&#64;',
  '@octocat',
  '@org/team',
  '#123',
  'owner/repo#123',
  'GH-123',
  '!7',
  'group/project!7',
  '*iteration:7',
  '[work_item:7]',
  '/approve',
  '##vso[task.complete]',
  '##[add-mask]',
  '@<0b5e6f4e-0000-4000-8000-0000000000aa>',
  '$7',
  '%milestone',
  '~label',
  ':+1:',
  ':smile:',
  ': ',
  '**',
  '__',
  '~~',
  '- ',
  '1. ',
  '1) ',
  '# ',
  '    ',
  '[x](javascript:alert(1))',
  '![x](https://evil.example/x.png)',
  '<https://evil.example>',
  'https://evil.example',
  'javascript:alert(1)',
  'www.evil.example',
  '\\',
  '\u001b[31m',
  '\u001b]8;;https://evil.example\u0007',
  '\u009b2J',
  '\b',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u00ad',
  '\u3164',
  '\u{e0041}',
  '\ud800',
  '\u{1f469}\u200d\u{1f4bb}',
  'ö',
  'a',
  '7',
  ' ',
  'x'.repeat(500),
];

const hostile = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));

/** A report of blocks of every kind, with one text in every place that takes one. */
function sectionWith(text: string): Section {
  const spans: Spans = [
    { kind: 'text', text },
    name(text, text),
    code(text),
    place(text),
    strong(text),
    quiet(text),
    small(text),
    link(text, text),
    badge(text, 'bad'),
    codes([text, text]),
    lines([[{ kind: 'text', text }], [code(text)]]),
  ];
  const only: Spans = [{ kind: 'text', text }];
  const box = { title: text, notes: [text] };
  const blocks: readonly Block[] = [
    { kind: 'heading', text, note: text, level: 3 },
    { kind: 'paragraph', spans: only },
    table(text, ['A', 'B'], [[spans, only]]),
    list([only, spans]),
    { kind: 'facts', entries: [[text, only]] },
    marked([
      {
        mark: { text: '+', tone: 'good' },
        what: only,
        at: only,
        within: { text: 'in', items: [name(text)] },
        dangers: [text],
        notes: [only],
        details: [{ text, tone: 'plain' }],
        differences: [{ name: text, before: text, after: text, forcesReplacement: true }],
        why: only,
      },
    ]),
    { kind: 'fold', title: only, isOpen: true, blocks: [{ kind: 'paragraph', spans: only }] },
    {
      kind: 'lanes',
      id: 'lanes',
      title: text,
      columns: ['Estate', 'Engine'],
      lanes: [
        { boxes: [box, { ...box }], steps: [{ amount: text, changes: [{ text, tone: 'bad', isDanger: true }] }] },
      ],
    },
  ];
  return { id: 'names', title: text, lead: only, blocks };
}

/** Tags in their order, without what the text may change: how often it is wrapped in a picture. */
function tagsOf(html: string): readonly string[] {
  return [...html.replace(/<figure class="lanes">[^]*?<\/figure>/, '').matchAll(/<\/?([a-z0-9]+)/g)].map(
    ([tag]) => tag,
  );
}

test('no text adds a tag or an attribute to the page', () => {
  const plain = tagsOf(sectionOf(sectionWith('name')).markup);
  fc.assert(
    fc.property(hostile, (text) => {
      const { markup } = sectionOf(sectionWith(text));
      const tags = tagsOf(markup.replace(/<\/?a\b[^>]*>/g, ''));
      expect(tags).toEqual(plain);
      // What is left of a picture without the tags that it is made of.
      expect(markup.replace(/<\/?(?:svg|g|rect|path|text|title|desc|figure)\b[^>]*>/g, '')).not.toMatch(
        /<(?:script|img|!)/,
      );
      expect(markup.match(/href="(?!https?:)/)).toBeNull();
      expect(markup).not.toMatch(CONTROLS);
    }),
  );
});

const CONTROLS = /(?!\n)[\p{Cc}\u00ad\u200b\u202a-\u202e\u2066-\u2069\u3164\u{e0000}-\u{e0fff}]/u;

const BLOCK_START = /^(?:#+ |\||(?:\s|(?:-|\d+[.)]) )*)/;

/** Text as a forge finds it between the tags, code left out: that is where it looks for names. */
function textOf(markdown: string): string {
  return markdown
    .replace(/<code>.*?<\/code>|\]\(https?:[^)]*\)/g, '')
    .replace(/&#(\d+);/g, (_, digits: string) => String.fromCodePoint(Number(digits)));
}

test('no text becomes markup, a mention, a reference or an emoji in Markdown', () => {
  const linesOf = (text: string): readonly string[] => markdownOfSections([sectionWith(text)], 1_000_000).split('\n');
  const plain = linesOf('name');
  fc.assert(
    fc.property(hostile, (text) => {
      const all = linesOf(text);
      expect(all).toHaveLength(plain.length);
      all.forEach((line, index) => {
        const own = plain[index] ?? '';
        expect(line.match(/\|/g)).toEqual(own.match(/\|/g));
        // Where a block begins, it is the one of the report.
        expect(BLOCK_START.exec(line)?.[0]).toBe(BLOCK_START.exec(own)?.[0]);
        expect(line.replace(/<\/?code>/g, '')).not.toMatch(/[`<>]|\]\((?!https?:)/);
      });
      const shown = textOf(all.join('\n'));
      expect(shown).not.toMatch(/(?<![\p{L}\p{N}])@[\p{L}\p{N}_]/u);
      expect(shown).not.toMatch(/#\d|\bGH-\d/);
      expect(shown).not.toMatch(/[!$~%&]\d|\*iteration:|\[\w+:\d/);
      expect(all.join('\n')).not.toMatch(/^\/|@</m);
      expect(shown).not.toMatch(/(?<![\p{L}\p{N}:]):(?:\+1|smile):/u);
      // A link of the report itself leads where it says.
      expect(all.join('\n').replace(/\]\(https?:[^)]*\)/g, '')).not.toMatch(/https?:\/\/evil|www\.evil/);
      expect(all.join('\n')).not.toMatch(CONTROLS);
      expect(all.join('\n')).not.toMatch(/##(?:vso)?\[/);
    }),
  );
});

test('no text steers a terminal or adds a line to it', () => {
  const linesOf = (text: string): readonly string[] =>
    renderSections([sectionWith(text)], { colour: false }).split('\n');
  const plain = linesOf('name');
  fc.assert(
    fc.property(hostile, (text) => {
      const all = linesOf(text);
      expect(all).toHaveLength(plain.length);
      expect(all.join('\n')).not.toMatch(CONTROLS);
      expect(all.join('\n')).not.toMatch(/##(?:vso)?\[/);
    }),
  );
});

test('a name that is read from right to left is isolated, so that it turns no number around', () => {
  const section: Section = {
    id: 'a',
    title: 'A',
    blocks: [list([line`${name('שלום')}, 12 of שלום עולם, 26 \u202eא`])],
  };
  expect(markdownOfSections([section], 1_000)).toContain(
    '- \u2068<code>שלום</code>\u2069, 12 of \u2068שלום עולם\u2069, 26 &#92;u202e\u2068א\u2069',
  );
  expect(renderSections([section], { colour: false })).toContain(
    '\u2068שלום\u2069, 12 of \u2068שלום עולם\u2069, 26 \\u202e\u2068א\u2069',
  );
  expect(sectionOf(section).markup).toContain(
    '<span class="name"><bdi>שלום</bdi></span>, 12 of <bdi>שלום עולם</bdi>, 26 \\u202e<bdi>א</bdi>',
  );
});
