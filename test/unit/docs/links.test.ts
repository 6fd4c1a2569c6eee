import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import manifest from '../../../package.json';
import { docsPages, sectionsOf } from '../../../src/package/contents/pages';
import { REPOSITORY } from '../../support/repository';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(REPOSITORY, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => `docs/${name}`),
];

const read = (page: string): string => readFileSync(join(REPOSITORY, page), 'utf8');
const withoutCode = (text: string): string =>
  text.replaceAll(/^( *)```[^]*?^\1```$/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** As GitHub makes them of headings, and those that are written. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = read(page).replaceAll(/^( *)```[^]*?^\1```$/gm, '');
  const headings = [...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, title = '']) =>
    title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = '']) => id)]);
}

/** Links and pictures of a page that lead into the repository. */
function targetsIn(page: string): readonly string[] {
  const text = withoutCode(read(page));
  return [
    ...[...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
    ...[...text.matchAll(/(?:src|srcset|href)="([^"\s]+)"/g)].map(([, target = '']) => target),
  ].filter((target) => !/^[a-z]+:/.test(target));
}

test.each(pages)('every link of %s leads somewhere', (page) => {
  const broken = targetsIn(page).filter((target) => {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(REPOSITORY, file))) return true;
    if (anchor === undefined || statSync(join(REPOSITORY, file)).isDirectory() || !file.endsWith('.md')) return false;
    return !anchorsOf(file).has(anchor);
  });
  expect(broken).toEqual([]);
});

/** Where messages that name a page are written, and files that a team gets. */
const CODE = ['src', 'constructs', 'stacks', 'lambda', 'provider', 'apps', 'bicep', 'image'];

/** Comments, which readers of the repository alone see. */
const COMMENTS = /^\s*(?:\/?\*|\/\/).*$/gm;

/** Every text of the code, by its file. */
const texts = CODE.flatMap((folder) =>
  readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|tsx|cjs|mjs|ya?ml|eta|bicep)$/.test(name) && !name.includes('node_modules'))
    .map((name) => [join(folder, name), read(join(folder, name)).replaceAll(COMMENTS, '')] as const),
);

test('no message names a file of the documentation, which a team does not have', () => {
  const naming = texts.filter(([, text]) => /\bdocs\/[\w/-]+\.md\b/.test(text)).map(([file]) => file);
  expect(naming).toEqual([]);
});

const COMMAND = /npx --no entra-aws docs (?!schema|CODE)([\w/-]+)(?: ('[^'$]+'|[A-Z]\w+))?/g;

test('every page that a message names is in the package, and has the section that it names', () => {
  const known = new Map(docsPages().map((page) => [page.name.replace('findings/', ''), sectionsOf(page)]));
  const docs = [...pages.map(read), ...texts.map(([, text]) => text)];
  const named = docs.flatMap((text) => [...text.matchAll(COMMAND)]);
  expect(named.filter(([, , title]) => title !== undefined).length).toBeGreaterThan(8);
  const missing = named.filter(([, page = '', title]) => {
    const sections = known.get(page);
    const wanted = title?.replaceAll("'", '');
    return wanted === undefined ? sections === undefined : sections?.every((one) => one.title !== wanted) !== false;
  });
  expect(missing.map(([command]) => command)).toEqual([]);
  expect(manifest.files).toEqual(expect.arrayContaining(['docs/*.md', 'docs/adr', 'docs/findings']));
});

test('every word of the glossary has one place, by its name', () => {
  const ids = [...read('docs/glossary.md').matchAll(/<a id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids.length).toBeGreaterThan(40);
  expect(new Set(ids).size).toBe(ids.length);
});

/** The first page of the site, which leads to the others as the contents do. */
const SITE_HOME = 'docs/home.md';

test('the contents have every page', () => {
  const listed = new Set(targetsIn('docs/index.md').map((target) => `docs/${target.split('#', 1)[0] ?? ''}`));
  // Findings have contents of their own.
  const own = pages.filter(
    (page) => /^docs\/(?!findings\/)/.test(page) && page !== 'docs/index.md' && page !== SITE_HOME,
  );
  expect(own.filter((page) => !listed.has(page))).toEqual([]);
});
