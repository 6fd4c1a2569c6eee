import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { packageFile } from '../package/contents/files';
import type { Section, Spans } from './blocks/block';
import { blocksFor } from './blocks/block';
import { Html, markup } from './blocks/html';
import { badge, code, line } from './blocks/make';
import { content, inline, sectionOf } from './blocks/page';
import { HEAT_STYLE } from './blocks/page-matrix';
import { count } from '../text/amounts';
import type { Report } from './report';
import { changeFigures, sectionsOf, sizeFigures } from './sections';
import { commitText } from './labels';

/**
 * The report as one page without anything to load: it needs no network and no server, and shows everything without
 * JavaScript, which only adds filters. Its content security policy allows its own style and script, by their hashes.
 */
export function renderHtml(report: Report): string {
  const sections = sectionsOf(report);
  const script = asset('page.js');
  const style = `${asset('page.css')}:root{--columns:${columnsOf(sections)}}${HEAT_STYLE}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(style, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Access of ${report.estate}</title>
<style>${Html.trusted(style)}</style>
</head>
<body>
<a class="skip" href="#matrix">Skip to the access matrix</a>
${headerOf(report)}<nav aria-label="Sections"><ul class="wrap">
${sections.map(
  ({ id, title, short = title }) => markup`<li><a href="#${id}">${short}</a></li>
`,
)}</ul></nav>
<main>
${sections.map(sectionOf)}</main>
<footer><p>Written by <code>npx --no entra-aws preview</code> from the files of the estate, offline. It shows what they grant, not what is deployed.</p></footer>
<script>${Html.trusted(script)}</script>
</body>
</html>
`.markup;
}

function headerOf(report: Report): Html {
  return markup`<header class="top">
<div class="wrap">
<p class="eyebrow">Access preview</p>
<h1>${report.estate}</h1>
<p class="status">${inline(statusOf(report))}</p>
${content([{ kind: 'figures', items: [...changeFigures(report.changes), ...sizeFigures(report)] }])}</div>
</header>
`;
}

function statusOf({ counts, synthesis, changes }: Report): Spans {
  const { errors, warnings } = counts;
  const compared = changes?.counts === undefined ? badge('NOT COMPARED', 'bad') : 'Compared';
  return [
    ...(errors > 0 ? [badge(count(errors, 'error'), 'bad')] : []),
    ...(warnings > 0 ? [badge(count(warnings, 'warning'), 'warn')] : []),
    ...(errors + warnings === 0 ? [badge('No findings', 'good')] : []),
    ...(synthesis === 'skipped' ? [badge('Templates not synthesised', 'plain')] : []),
    ...(changes === undefined ? [] : line`${compared} with ${code(changes.revision)}${commitText(changes)}`),
  ];
}

/** Columns of groups that the matrix has. */
function columnsOf(sections: readonly Section[]): number {
  const [matrix] = sections
    .flatMap(({ blocks }) => blocksFor('page', blocks))
    .flatMap((block) => (block.kind === 'matrix' ? [block.matrix] : []));
  return matrix?.groups.length ?? 1;
}

function asset(name: string): string {
  return readFileSync(packageFile('src/preview/html', name), 'utf8');
}

function contentSecurityPolicy(style: string, script: string): string {
  return `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
