import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

test('every word of the glossary has one place, by its name', () => {
  const ids = [...read('docs/glossary.md').matchAll(/<a id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids.length).toBeGreaterThan(40);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the contents have every page', () => {
  const listed = new Set(targetsIn('docs/index.md').map((target) => `docs/${target.split('#', 1)[0] ?? ''}`));
  // Findings have contents of their own, and the site's first page is not a part of it.
  const own = pages.filter(
    (page) => /^docs\/(?!findings\/)/.test(page) && !['docs/index.md', 'docs/home.md'].includes(page),
  );
  expect(own.filter((page) => !listed.has(page))).toEqual([]);
});
