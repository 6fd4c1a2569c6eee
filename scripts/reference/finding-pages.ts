import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { latestDayAt, readIfThere } from '../../src/estate/load/estate-folder';
import { allFindings, planEstate } from '../../src/estate/plan/estate-plan';
import {
  ESTATE_FILE,
  type FileText,
  ORGANIZATION_FILE,
  PLACEMENT_FILE,
  POLICIES_FILE,
  ROLES_FILE,
  STEPS_FILE,
} from '../../src/estate/source/estate-folder';
import { type Finding, findingMessage } from '../../src/estate/source/finding';
import { packageFile } from '../../src/package/contents/files';
import { z } from 'zod';

interface PageFile {
  readonly path: string;
  readonly text: string;
}

/** The pages with the messages that the program gives for their examples, and the list of them. */
export function findingReference(folder: string): readonly PageFile[] {
  if (!existsSync(folder)) return [];
  const pages = readFindingPages(folder);
  const files = pages.map((page) => {
    const path = join(folder, `${page.code}${PAGE_EXTENSION}`);
    return { path, text: withMessage(readFileSync(path, 'utf8'), page) };
  });
  return [...files, { path: join(folder, INDEX_PAGE), text: findingIndex(pages) }];
}

/** A page's file whose example has the program's message below it. */
function withMessage(file: string, page: FindingPage): string {
  const { code, example } = page;
  if (example === undefined) return file;
  const { lines } = linesOf(code, example, exampleOf(page));
  const begin = file.indexOf('\n## Example\n');
  const message = `\`\`\`text\n${lines.join('\n')}\n\`\`\``;
  return file.slice(0, begin) + file.slice(begin).replace(/```text\n[^]*?\n```/, () => message);
}

/** The snippet that leads to the finding. */
export function exampleOf(page: FindingPage): string {
  return snippetsBelow(page, 'Example')[0]?.code ?? '';
}

/** The list of all pages. */
export function findingIndex(pages: readonly FindingPage[]): string {
  const parts = PAGE_SECTIONS.map((section) => {
    const own = pages.filter((page) => page.section === section);
    return `## ${SECTION_TITLES[section]}\n\n${own.map(line).join('\n')}\n`;
  });
  return `${INTRODUCTION}\n${parts.join('\n')}`;
}

function line({ code, summary }: FindingPage): string {
  return `- [${code}](${code}.md): ${summary}`;
}

const INTRODUCTION = `# Findings

Every finding has a code that never changes. Its page says what it means, why the rule exists, and what to do. On a machine without a network, \`npx --no entra-aws docs CODE\` prints the same page.

An _error_ stops a synthesis and a deployment; a _warning_ is shown and goes on. The examples change [the sandbox](../../src/package/project/example/estates/sandbox/estate.yaml) or the estates of its kind, and the messages below them are what the program says, without the line.
`;

/** A day after every day that examples name as past, and before those that they name as the future. */
const TODAY = new Date('2026-11-26T00:00:00Z');

const ROLES = ['estate', 'organization', 'placement', 'policies', 'roles', 'steps'] as const;
type Role = (typeof ROLES)[number];

const FILES = {
  estate: ESTATE_FILE,
  organization: ORGANIZATION_FILE,
  placement: PLACEMENT_FILE,
  policies: POLICIES_FILE,
  roles: ROLES_FILE,
  steps: STEPS_FILE,
} as const;

/** Keys by which an item of a list is the same in the base and in a snippet. */
const IDENTITY = ['id', 'name', 'value', 'group', 'user', 'key'] as const;

type Mapping = Readonly<Record<string, unknown>>;

/** A function that finds each answer once: many an example changes the same file, and many a remedy leads back to the base. */
function once<Asked, Value>(
  find: (asked: Asked) => Value,
  keyOf: (asked: Asked) => unknown = (asked) => asked,
): (asked: Asked) => Value {
  const known = new Map<unknown, Value>();
  return (asked) => {
    const found = known.get(keyOf(asked)) ?? find(asked);
    known.set(keyOf(asked), found);
    return found;
  };
}

const linesOfBase = once((base: Example['base']): ReadonlySet<string> => {
  const example: Example = { base, file: 'estate', without: [], repeat: {}, pad: {}, also: [] };
  return new Set(base === 'empty' ? [] : findingsOf(example).map(findingLine));
});

/** Findings of an estate in which a snippet stands. */
function findingsOf(example: Example, snippet?: string): readonly Finding[] {
  const { estate: name = 'acme', file, base } = example;
  const files =
    base === 'empty'
      ? { [FILES[file]]: snippet ?? '' }
      : Object.fromEntries(ROLES.map((role) => [FILES[role], changed(example, role, snippet)]));
  return findingsIn({ name, base, files });
}

interface Examined {
  readonly name: string;
  readonly base: Example['base'];
  /** Texts of changed files; those of the base otherwise. */
  readonly files: Readonly<Record<string, string | undefined>>;
}

const findingsIn = once(({ name, base, files }: Examined): readonly Finding[] => {
  const read = (path: string): FileText => {
    const text = files[path] ?? baseFile({ base, path });
    return text === undefined ? { kind: 'missing' } : { kind: 'text', text };
  };
  return allFindings(planEstate({ name, label: `estates/${name}`, latestDay: latestDayAt(TODAY), read }));
}, JSON.stringify);

/** A finding as the program prints it, without the line, which depends on the rest of the file. */
export function findingLine(finding: Finding): string {
  const file = finding.file.replace(/^.*\//, '');
  const path = finding.path === '' ? '' : ` ${finding.path}`;
  return `${finding.severity}: ${file}${path}: ${findingMessage(finding)} (${finding.code})`;
}

/**
 * Findings that a snippet adds: lines of the code, and codes besides it. What the estate has without it does not count, unless
 * the snippet adds none of that code.
 */
export function linesOf(code: string, example: Example, snippet: string) {
  const before = linesOfBase(example.base);
  const after = findingsOf(example, snippet);
  const added = after.filter((one) => !before.has(findingLine(one)));
  const own = added.filter((one) => one.code === code);
  return {
    lines: (own.length > 0 ? own : after.filter((one) => one.code === code)).map(findingLine),
    others: [...new Set(added.filter((one) => one.code !== code).map((one) => String(one.code)))].toSorted(),
  };
}

/** A file of the base after what the example says of it; undefined where the base has none. */
function changed(example: Example, role: Role, snippet: string | undefined): string | undefined {
  // No base has records of steps: an example brings its own.
  const isOwn = role === 'steps' && role === example.file && snippet !== undefined;
  const text = isOwn ? '{}' : baseFile({ base: example.base, path: FILES[role] });
  if (text === undefined) return undefined;
  const isChanged = role === example.file || example.without.some((path) => roleOf(path) === role);
  if (!isChanged) return text;
  const whole = example.without.reduce<unknown>((value, path) => removed(value, role, path), parsed(text));
  if (role !== example.file || snippet === undefined) return textOf(whole);
  return textOf(extended(merge(whole, parse(snippet)), example));
}

/** Text of a file: JSON, which is YAML too and written in a fraction of the time. */
function textOf(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

const parsed = once((text: string): unknown => parse(text));

/** Makes a mapping of two, item by item; any other list or value of the second replaces that of the first. */
function merge(base: unknown, change: unknown): unknown {
  if (isMapping(base) && isMapping(change)) {
    const keys = [...new Set([...Object.keys(base), ...Object.keys(change)])];
    const valueOf = (key: string): unknown => (key in change ? merge(base[key], change[key]) : base[key]);
    return Object.fromEntries(keys.map((key) => [key, valueOf(key)]));
  }
  if (Array.isArray(base) && Array.isArray(change)) return mergeLists(base, change) ?? change;
  return change;
}

/** Items of the same identity are merged, each once, and others added; undefined for lists of items without any. */
function mergeLists(base: readonly unknown[], change: readonly unknown[]): readonly unknown[] | undefined {
  const key = IDENTITY.find((one) => base.every((item) => isMapping(item) && one in item));
  if (key === undefined || base.length === 0 || change.length === 0) return undefined;
  const result = [...base];
  const taken = new Set<number>();
  for (const item of change) {
    const index = result.findIndex((one, at) => !taken.has(at) && sameBy(key, one, item));
    taken.add(index < 0 ? result.length : index);
    if (index < 0) result.push(item);
    else result[index] = merge(result[index], item);
  }
  return result;
}

function sameBy(key: string, one: unknown, other: unknown): boolean {
  return isMapping(one) && isMapping(other) && key in other && one[key] === other[key];
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stepsOf(path: string): readonly (string | number)[] {
  return path.split(/[.[\]]+/).flatMap((step) => (step === '' ? [] : [/^\d+$/.test(step) ? Number(step) : step]));
}

function roleOf(path: string): string {
  return path.includes(':') ? (path.split(':')[0] ?? '') : 'estate';
}

/** A value without what is at a path such as `access.attributes`, or `organization:groups` of another file. */
function removed(value: unknown, role: Role, written: string): unknown {
  if (roleOf(written) !== role) return value;
  const [path = ''] = written.split(':').slice(-1);
  return changedAt(value, stepsOf(path), () => undefined);
}

/** A copy of a value with a change of what is at a path; undefined removes it, and a path that leads nowhere changes nothing. */
function changedAt(
  value: unknown,
  [step, ...others]: readonly (string | number)[],
  change: (part: unknown) => unknown,
): unknown {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const changedItems = items.map((item, index) => (index === step ? changedAt(item, others, change) : item));
    return changedItems.filter((item) => item !== undefined);
  }
  return isMapping(value) ? { ...value, [step]: changedAt(value[step], others, change) } : value;
}

function extended(value: unknown, { repeat, pad }: Example): unknown {
  const longer = Object.entries(repeat).reduce(
    (whole, [path, times]) => changedAt(whole, stepsOf(path), (list) => repeated(list, path, times)),
    value,
  );
  return Object.entries(pad).reduce(
    (whole, [path, length]) => changedAt(whole, stepsOf(path), (text) => padded(String(text), length)),
    longer,
  );
}

/** A list whose last item stands for as many; a 1 at the end of its texts counts on. */
function repeated(list: unknown, path: string, times: number): readonly unknown[] {
  if (!Array.isArray(list)) throw new Error(`${path} must be a list`);
  const items: readonly unknown[] = list;
  const pattern = textOf(items.at(-1));
  const added = Array.from({ length: Math.max(0, times - items.length) }, (_, index): unknown =>
    JSON.parse(pattern.replaceAll(/1(?="?,?$)/gm, String(index + 2))),
  );
  return [...items, ...added];
}

function padded(text: string, length: number): string {
  return text.replace('…', 'x'.repeat(Math.max(0, length - text.length + 1)));
}

const SANDBOX = packageFile('src/package/project/example/estates/sandbox');
const EXTERNAL = packageFile('test/estates/external');
const BASES = packageFile('scripts/reference/bases');

/** A file of a base. */
const baseFile = once(({ base, path }: Pick<Examined, 'base'> & { readonly path: string }): string | undefined => {
  switch (base) {
    case 'empty':
      return undefined;
    case 'external':
      return readIfThere(join(EXTERNAL, path));
    case 'sandbox':
      return readIfThere(join(SANDBOX, path));
    case 'emergency': {
      const own = readIfThere(join(BASES, base, path));
      const first = readIfThere(join(SANDBOX, path));
      return own === undefined || first === undefined ? (own ?? first) : textOf(merge(parse(first), parse(own)));
    }
  }
}, JSON.stringify);

/** Parts of an estate by which the pages are listed, in this order. */
const PAGE_SECTIONS = [
  'files',
  'access',
  'workforce',
  'customers',
  'emergency',
  'azure',
  'pipeline',
  'hosting',
  'deployment',
  'rules',
] as const;
type PageSection = (typeof PAGE_SECTIONS)[number];

/** Titles of the parts. */
const SECTION_TITLES: Readonly<Record<PageSection, string>> = {
  files: 'The files of an estate',
  access: 'Access: permission sets, grants, the placement file',
  workforce: 'Workforce: groups, SAML, SCIM, leavers',
  customers: 'Customers: directory, applications, user flows',
  emergency: 'Emergency access',
  azure: 'Azure: what Bicep deploys',
  pipeline: 'Pipeline',
  hosting: 'Hosting of the customer application',
  deployment: 'Preview and deployment',
  rules: 'Policy rules',
};

/** Recipe by which the first snippet of a page becomes an example. */
const Example = z.strictObject({
  /** The estate that the snippet changes. `empty`: the snippet is the whole file. */
  base: z.enum(['sandbox', 'emergency', 'external', 'empty']).default('sandbox'),
  /** The file that the snippet changes. */
  file: z.enum(['estate', 'organization', 'placement', 'policies', 'steps']).default('estate'),
  /** Name of the estate's folder. */
  estate: z.string().optional(),
  /** Paths that are taken away first: `access.attributes`, or `organization:groups` of another file. */
  without: z.array(z.string()).default([]),
  /** Paths of lists whose last item stands for as many. */
  repeat: z.record(z.string(), z.number()).default({}),
  /** Paths of texts that are as long. */
  pad: z.record(z.string(), z.number()).default({}),
  /** Other codes that the same fault has. */
  also: z.array(z.string()).default([]),
});
type Example = z.output<typeof Example>;

const FrontMatter = z.strictObject({
  section: z.enum(PAGE_SECTIONS),
  /** Absent where no file of an estate alone leads to the finding. */
  example: Example.optional(),
});

export interface FindingPage extends z.output<typeof FrontMatter> {
  readonly code: string;
  /** Its meaning in one sentence, which stands right below the title. */
  readonly summary: string;
  /** The page without its front matter. */
  readonly text: string;
}

interface Snippet {
  readonly language: string;
  readonly code: string;
}

const FENCE = /^```(\w+)[^\n]*\n([^]*?)^```$/gm;

/** Reads a page. @throws Error that names the page where its form is wrong */
function parseFindingPage(code: string, file: string): FindingPage {
  const [, head, text] = /^---\n([^]*?)\n---\n\n([^]*)$/.exec(file) ?? [];
  const found = FrontMatter.safeParse(head === undefined ? undefined : parse(head));
  if (!found.success || text === undefined) {
    throw new Error(`docs/findings/${code}.md: ${found.error?.message ?? 'must begin with front matter'}`);
  }
  const [, title, summary] = /^# (.+)\n\n(.+)\n\n## /.exec(text) ?? [];
  if (title !== code || summary === undefined) {
    throw new Error(`docs/findings/${code}.md must begin with '# ${code}' and one sentence`);
  }
  return { ...found.data, code, summary, text };
}

/** The page that lists all others. */
const INDEX_PAGE = 'index.md';

const PAGE_EXTENSION = '.md';

/** Pages of a folder, by code. @throws Error that names the page whose form is wrong */
export function readFindingPages(folder: string): readonly FindingPage[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(PAGE_EXTENSION) && name !== INDEX_PAGE)
    .toSorted()
    .map((name) => parseFindingPage(name.slice(0, -PAGE_EXTENSION.length), readFileSync(join(folder, name), 'utf8')));
}

/** Snippets below a heading of a page. */
export function snippetsBelow({ text }: Pick<FindingPage, 'text'>, heading: string): readonly Snippet[] {
  const [, ...parts] = text.split(/^## /m);
  const part = parts.find((one) => one.startsWith(`${heading}\n`)) ?? '';
  return [...part.matchAll(FENCE)].map(([, language = '', code = '']) => ({ language, code }));
}
