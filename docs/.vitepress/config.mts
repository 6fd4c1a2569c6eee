import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import manifest from '../../package.json' with { type: 'json' };
import { anchorOf, repositoryLinks, switchedPictures } from './links.mjs';
import { sidebarOf } from './sidebar.mjs';
import { releasedVersions } from './versions.mjs';

const docs = join(dirname(fileURLToPath(import.meta.url)), '..');
const repository = manifest.repository.url.replace(/^git\+|\.git$/g, '');
const versions = releasedVersions(docs);
const { homepage, version } = manifest;
const revision = versions.includes(version) ? `v${version}` : 'main';
const contributing = `${repository}/blob/${revision}/CONTRIBUTING.md`;

// The site of a version stands below its number, the newest below `latest` too.
const base = process.env['DOCS_BASE'] ?? '/';

export default defineConfig({
  title: 'entra-aws-identity',
  description: manifest.description,
  lang: 'en',
  base,
  cleanUrls: true,
  // The list of contents is for readers of the repository; the site begins with a page of its own.
  rewrites: { 'home.md': 'index.md', ...(existsSync(join(docs, 'index.md')) && { 'index.md': 'contents.md' }) },
  metaChunk: true,
  sitemap: { hostname: `${homepage}${base}` },
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}logo.svg` }],
    ['meta', { name: 'color-scheme', content: 'light dark' }],
  ],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark' },
    anchor: { slugify: anchorOf },
    config: (md) => {
      repositoryLinks(md, { docs, repository, revision });
      switchedPictures(md);
    },
  },
  // The index of the search is one file, which is loaded when somebody searches.
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  themeConfig: {
    logo: { src: '/logo.svg', alt: '' },
    nav: [
      { text: 'Guide', link: existsSync(join(docs, 'tutorial.md')) ? '/tutorial' : '/own-repository' },
      { text: 'Reference', link: '/estate-reference' },
      { text: 'Findings', link: '/findings/' },
      { text: 'Contributing', link: '/releasing' },
      {
        text: version,
        items: ['latest', ...versions].map((name) => ({ text: name, link: `${homepage}/${name}/`, target: '_self' })),
      },
    ],
    sidebar: sidebarOf(docs, contributing),
    outline: { level: [2, 3] },
    search: { provider: 'local', options: { detailedView: true } },
    socialLinks: [{ icon: 'github', link: repository, ariaLabel: 'Repository' }],
    editLink: { pattern: `${repository}/edit/main/docs/:path`, text: 'Edit this page' },
    notFound: {
      title: 'This page is not here',
      quote: 'It has another address, or another version has it. The search above finds it by its words.',
      linkText: 'To the first page',
      linkLabel: 'To the first page',
    },
    footer: { message: 'Released under the MIT License.' },
  },
  buildEnd: ({ outDir }) => {
    writeFileSync(join(outDir, 'versions.json'), `${JSON.stringify({ version, versions })}\n`);
  },
});
