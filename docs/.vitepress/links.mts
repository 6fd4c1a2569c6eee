import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

interface Places {
  /** Folder of the pages. */
  readonly docs: string;
  readonly repository: string;
  /** Branch or tag whose files are meant. */
  readonly revision: string;
}

/**
 * Links to files that are no page of the site lead to the repository at the same revision, so that the pages are right in both
 * places. A link to a file that is not there stays, and fails the build.
 */
export function repositoryLinks(md: MarkdownRenderer, places: Places): void {
  md.core.ruler.push('repository-links', (state) => {
    const { path } = state.env as { readonly path: string };
    for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href !== null) token.attrSet('href', addressOf(href, path, places));
    }
  });
}

/** Anchor of a heading as GitHub makes it, so that links to it hold in both places. */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

const PICTURE = /<picture>([\s\S]*?)<\/picture>/g;
const SOURCE = /<source media="([^"]+)" srcset="([^"]+)">/g;
const DARK = /(?:^| and )\(prefers-color-scheme: dark\)/;

/**
 * Pictures with a dark and a light form, as GitHub takes them, become two: the site has a switch of its own, of which
 * `prefers-color-scheme` knows nothing.
 */
export function switchedPictures(md: MarkdownRenderer): void {
  md.core.ruler.push('switched-pictures', (state) => {
    for (const token of state.tokens.flatMap((one) => [one, ...(one.children ?? [])])) {
      if (!token.type.startsWith('html_')) continue;
      token.content = token.content.replaceAll(PICTURE, (_, inside: string) => switched(inside));
    }
  });
}

function switched(inside: string): string {
  const sources = [...inside.matchAll(SOURCE)].map(([, media = '', file = '']) => ({ media, file }));
  const [image = ''] = /<img [^>]+>/.exec(inside) ?? [];
  const dark = sources.filter(({ media }) => DARK.test(media));
  const light = sources.filter(({ media }) => !DARK.test(media));
  if (dark.length === 0) return picture('', light, image);
  const whole = dark.find(({ media }) => media.replace(DARK, '') === '');
  const darkImage = whole === undefined ? image : image.replace(/src="[^"]+"/, `src="${whole.file}"`);
  const others = dark.filter((source) => source !== whole);
  const named = others.map(({ media, file }) => ({ media: media.replace(DARK, ''), file }));
  return picture('only-light', light, image) + picture('only-dark', named, darkImage);
}

/** Paths begin with a dot: without it they would be names of packages. */
function picture(
  kind: string,
  sources: readonly { readonly media: string; readonly file: string }[],
  image: string,
): string {
  const lines = sources.map(({ media, file }) => `<source media="${media}" srcset="./${file}">`);
  const name = kind === '' ? '' : ` class="${kind}"`;
  return `<picture${name}>${lines.join('')}${image.replace(/src="(?=\w)/, 'src="./')}</picture>`;
}

function addressOf(href: string, page: string, { docs, repository, revision }: Places): string {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href;
  const [file = '', anchor] = href.split('#');
  const target = join(dirname(page), decodeURI(file));
  const isPage = !relative(docs, target).startsWith('..') && target.endsWith('.md');
  if (isPage || !existsSync(target)) return href;
  const kind = statSync(target).isDirectory() ? 'tree' : 'blob';
  const path = relative(join(docs, '..'), target).split('\\').join('/');
  return `${repository}/${kind}/${revision}/${path}${anchor === undefined ? '' : `#${anchor}`}`;
}
