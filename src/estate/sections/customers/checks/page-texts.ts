import { quotedList } from '../../../../text/suggest';
import type { Issue } from '../../../source/finding';
import { error, repeated, valuesOf } from '../../shared/issue';
import type { UserFlow } from '../customers';

const CODE = 'flow-text';

type Languages = NonNullable<UserFlow['languages']>;

/** Checks the texts of pages: of languages that are shown, and each page once. */
export function checkPageTexts({ shown, texts = [] }: Languages): readonly Issue[] {
  const hidden = valuesOf(texts, 'language').filter(({ text }) => !shown.includes(text));
  return [
    ...hidden.map(({ at, text }) =>
      error(CODE, at, { value: text, problem: 'is not shown', allowed: `one of shown: ${quotedList(shown)}` }),
    ),
    ...repeated(texts, ({ language, page }) => `${language} ${page}`).map(({ item, first }) =>
      error(CODE, [...item.at, 'page'], {
        value: item.page,
        problem: `has texts in ${item.language} already`,
        allowed: 'each page once in a language, with all its strings',
        related: [first.at],
      }),
    ),
  ];
}
