import type { Rows } from '../blocks/block';
import { shorten } from '../blocks/text';
import { code, line, lines, name, small } from '../blocks/make';
import type { ReportUserFlow } from './report-types';

/** A list of countries is one text. */
const SHOWN_CHARACTERS = 200;

/** A row for each page of each language, with its texts. */
export function pageTextRows(flows: readonly ReportUserFlow[]): Rows {
  return flows.flatMap(({ id, texts = [] }) => {
    const pages = Map.groupBy(texts, ({ language, page }) => `${page}, ${language}`);
    return [...pages].map(([page, own]) => [
      line`${name(id)}${small(page)}`,
      [lines(own.map((text) => line`${code(text.id)} '${shorten(text.text, SHOWN_CHARACTERS)}'`))],
    ]);
  });
}
