import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';

type Item = DefaultTheme.SidebarItem;

type Group = readonly [title: string, pages: readonly (readonly [title: string, file: string])[]];

/** Pages for a team, by task: title and file without its extension. A page that is not there yet is left out. */
const TEAM: readonly Group[] = [
  [
    'Learn',
    [
      ['Tutorial', 'tutorial'],
      ['Concepts', 'concepts'],
      ['Glossary', 'glossary'],
      ['Comparison', 'comparison'],
      ['Licences and costs', 'costs'],
      ['Coming from the posts', 'coming-from-the-posts'],
    ],
  ],
  [
    'Write an estate',
    [
      ['A repository of your own', 'own-repository'],
      ['Importing', 'importing'],
      ['Access in AWS', 'access-guide'],
      ['The Entra half', 'entra-guide'],
      ['Customers in External ID', 'external-id'],
      ['Emergency access', 'emergency-access'],
      ['In the editor', 'editor'],
      ['The placement file', 'placement'],
    ],
  ],
  [
    'Review and deploy',
    [
      ['The preview', 'preview'],
      ['What access lets people do', 'permissions'],
      ['The pipeline', 'pipeline'],
      ['Forges', 'forges'],
      ['Deploying', 'deploying'],
      ['Azure by Bicep', 'bicep'],
      ['Hosting', 'hosting'],
      ['Upgrading', 'upgrading'],
    ],
  ],
  [
    'Run',
    [
      ['Operations', 'operations'],
      ['The doctor', 'doctor'],
      ['Logs', 'logs'],
      ['Rolling back', 'rollback'],
      ['Leaving', 'leaving'],
      ['Troubleshooting', 'troubleshooting'],
    ],
  ],
  [
    'The customer application',
    [
      ['Application', 'application'],
      ['Your application against the emulator', 'your-application'],
      ['Web', 'web'],
      ['API', 'api'],
      ['Configuration', 'application-reference'],
    ],
  ],
  [
    'Reference',
    [
      ['Commands', 'commands'],
      ['Estate', 'estate-reference'],
      ['Findings', 'findings/index'],
      ['Limits and quotas', 'limits'],
      ['Provider entragraph', 'entragraph-reference'],
      ['The provider alone', 'entragraph-alone'],
      // Generated for a release.
      ['Constructs and components', 'api-reference/index'],
    ],
  ],
];

/** Pages for work on the code. */
const CODE: Group = [
  'Work on the code',
  [
    ['Releasing', 'releasing'],
    ['Performance', 'performance'],
    ['Emulator of Graph', 'emulator'],
    ['Emulator of B2C', 'emulator-b2c'],
    ['Requests to Graph', 'graph-requests'],
    ['Stand-in for AWS', 'stand-in'],
    ['Proving a tenant', 'proving'],
  ],
];

/** Sidebars by the path that they are for: of the findings, of work on the code, and of a team. `contributing` is an address. */
export function sidebarOf(docs: string, contributing: string): DefaultTheme.SidebarMulti {
  const team = TEAM.flatMap((one, index) => groupOf(docs, one, index > 2));
  const code = [
    { text: 'Contributing', link: contributing },
    ...groupOf(docs, CODE, false),
    group('Decisions', decisionsOf(docs), false),
  ];
  // The first path that fits counts, so `/` is the last.
  const paths = ['/adr/', ...CODE[1].map(([, page]) => `/${page}`)];
  return {
    '/findings/': findingsOf(docs),
    ...Object.fromEntries(paths.map((path) => [path, [{ text: 'For a team', link: '/tutorial' }, ...code]])),
    '/': [...team, { text: 'Work on the code', link: '/releasing' }],
  };
}

function groupOf(docs: string, [text, pages]: Group, collapsed: boolean): Item[] {
  const items = pages.filter(([, page]) => existsSync(join(docs, `${page}.md`)));
  return items.length === 0 ? [] : [group(text, items.map(toItem), collapsed)];
}

function group(text: string, items: Item[], collapsed: boolean): Item {
  return { text, items, collapsed };
}

function toItem([text, page]: readonly [string, string]): Item {
  return { text, link: `/${page.replace(/index$/, '')}` };
}

/** Decisions by number, with the titles that they have. */
function decisionsOf(docs: string): Item[] {
  const names = readdirSync(join(docs, 'adr')).filter((name) => name.endsWith('.md'));
  return names.toSorted().map((name) => {
    const title = /^# (?:\d+\. )?(.*)$/m.exec(readFileSync(join(docs, 'adr', name), 'utf8'))?.[1];
    return { text: title ?? name, link: `/adr/${name.slice(0, -'.md'.length)}` };
  });
}

/** Findings as their own list has them. */
function findingsOf(docs: string): Item[] {
  const [, ...parts] = readFileSync(join(docs, 'findings/index.md'), 'utf8').split(/^## /m);
  const groups = parts.map((part) => {
    const codes = [...part.matchAll(/^- \[([^\]]+)\]/gm)].map(([, code = '']) => code);
    const items = codes.map((code) => ({ text: code, link: `/findings/${code}` }));
    return group(part.split('\n', 1)[0] ?? '', items, true);
  });
  return [{ text: 'All pages', link: '/' }, { text: 'All findings', link: '/findings/' }, ...groups];
}
