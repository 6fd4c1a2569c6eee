import { blockText } from '../../preview/blocks/markdown-text';
import { visibleLines } from '../../estate/source/visible';

/** Colours of a terminal. */
const COLOURS = /\u001b\[[0-9;]*m/g;

/**
 * Text as a block of code, in which Markdown, HTML, mentions and quick actions mean nothing. The fence is longer than any row of backticks
 * in the text, so nothing in it ends the block. A text that is too long loses its end, and says so.
 */
export function fenced(text: string, characters: number): string {
  const clean = blockText(visibleLines(text.replace(COLOURS, '').replaceAll('\t', '  ')));
  const rows = clean.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...rows.map((row) => row.length + 1)));
  const room = characters - 2 * fence.length - 'text\n\n'.length - CUT.length;
  const kept =
    clean.length <= room ? clean : `${clean.slice(0, Math.max(0, room)).replace(/[\ud800-\udbff]$/, '')}${CUT}`;
  return `${fence}text\n${kept}\n${fence}`;
}

const CUT = '\n… cut: the artifact of the run has all of it';
