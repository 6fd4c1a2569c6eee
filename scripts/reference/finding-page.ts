import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** Parts of an estate by which the pages are listed, in this order. */
export const PAGE_SECTIONS = [
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
export const SECTION_TITLES: Readonly<Record<PageSection, string>> = {
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
export type Example = z.output<typeof Example>;

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

export interface Snippet {
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
export const INDEX_PAGE = 'index.md';

export const PAGE_EXTENSION = '.md';

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
