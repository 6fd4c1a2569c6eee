import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';

type Item = DefaultTheme.SidebarItem;

/** Pages by what they are for: title and file without its extension. A page that is not there yet is left out. */
const GROUPS: readonly (readonly [title: string, pages: readonly (readonly [string, string])[]])[] = [
  [
    'Begin',
    [
      ['Tutorial', 'tutorial'],
      ['A repository of your own', 'own-repository'],
      ['Upgrading', 'upgrading'],
      ['Comparison', 'comparison'],
    ],
  ],
  [
    'Concepts',
    [
      ['Concepts', 'concepts'],
      ['Glossary', 'glossary'],
      ['The preview', 'preview'],
      ['The placement file', 'placement'],
      ['Limits and quotas', 'limits'],
      ['Performance', 'performance'],
    ],
  ],
  [
    'Guides',
    [
      ['Access in AWS', 'access-guide'],
      ['The Entra half', 'entra-guide'],
      ['Customers in External ID', 'external-id'],
      ['In the editor', 'editor'],
      ['Importing', 'importing'],
      ['Azure by Bicep', 'bicep'],
      ['Deploying', 'deploying'],
      ['Steps of a deployment', 'deployment-steps'],
      ['The pipeline', 'pipeline'],
      ['Forges', 'forges'],
      ['Hosting', 'hosting'],
      ['Emergency access', 'emergency-access'],
    ],
  ],
  [
    'Operations',
    [
      ['Runbooks', 'operations'],
      ['The doctor', 'doctor'],
      ['Proving a tenant', 'proving'],
      ['Rolling back', 'rollback'],
      ['Logs', 'logs'],
      ['Troubleshooting', 'troubleshooting'],
      ['The stand-in for AWS', 'stand-in'],
      ['Releasing', 'releasing'],
    ],
  ],
  [
    'The customer application',
    [
      ['Application', 'application'],
      ['Web', 'web'],
      ['API', 'api'],
      ['Emulator of Graph', 'emulator'],
      ['Requests to Graph', 'graph-requests'],
      ['Emulator of B2C', 'emulator-b2c'],
    ],
  ],
  [
    'Reference',
    [
      ['Commands', 'commands'],
      ['Estate', 'estate-reference'],
      ['Provider entragraph', 'entragraph-reference'],
      ['The provider alone', 'entragraph-alone'],
      ['Configuration of the application', 'application-reference'],
      // Generated for a release.
      ['Constructs and components', 'api-reference/index'],
      ['Findings', 'findings/index'],
    ],
  ],
];

/** The sidebar of all pages, and the one of the findings, which are too many for it. */
export function sidebarOf(docs: string): DefaultTheme.SidebarMulti {
  const groups = GROUPS.flatMap(([text, pages], index): readonly Item[] => {
    const items = pages.filter(([, page]) => existsSync(join(docs, `${page}.md`)));
    return items.length === 0 ? [] : [group(text, items.map(toItem), index > 2)];
  });
  const all = [...groups, group('Decisions', decisionsOf(docs), true)];
  return { '/findings/': findingsOf(docs), '/': all };
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
