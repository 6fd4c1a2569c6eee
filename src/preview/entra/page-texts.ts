import type { Rows } from '../blocks/block';
import { shorten } from '../blocks/text';
import { code, line, lines, name, small } from '../blocks/make';
import { textId } from '../../estate/sections/customers/page-texts';
import type { FactInputs } from './facts';
import { objectsIn, textIn } from './read-value';
import type { ReportPageText } from './page-text-types';
import type { ReportUserFlow } from './report-types';

/** Texts of pages that the inputs of a user flow declare. */
export function pageTextsIn(inputs: FactInputs): readonly ReportPageText[] {
  return objectsIn(inputs, 'pageTexts').map((one) => {
    const elementId = textIn(one, 'elementId');
    const id = textId({
      elementType: textIn(one, 'elementType') ?? '',
      ...(elementId !== undefined && { elementId }),
      stringId: textIn(one, 'stringId') ?? '',
    });
    return {
      language: textIn(one, 'language') ?? '',
      page: textIn(one, 'page') ?? '',
      id,
      text: textIn(one, 'value') ?? '',
    };
  });
}

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

/** Inputs with the texts of pages by their names, so that a comparison says which one changes from what to what. */
export function withNamedTexts(inputs: FactInputs): FactInputs {
  const texts = pageTextsIn(inputs).map(({ language, page, id, text }) => [
    `${id} of ${page} in ${language}`,
    `'${text}'`,
  ]);
  return { ...inputs, pageTexts: Object.fromEntries(texts) as FactInputs };
}
