import { quotedList, suggestionOrList } from '../../../../text/suggest';
import type { Issue } from '../../../source/finding';
import { NAMED_ELEMENTS, PAGE_ID, PAGE_TEXT_LENGTH, TEXT_ELEMENTS, TEXT_ID } from '../../limits';
import { duplicates, error, mismatches, repeated, valuesOf } from '../../shared/issue';
import type { UserFlow } from '../customers';

const CODE = 'flow-text';

type Languages = NonNullable<UserFlow['languages']>;
type PageTexts = NonNullable<Languages['texts']>[number];
type PageString = PageTexts['strings'][number];

/** Checks the texts of pages: of languages that are shown, each page once, each text once. */
export function checkPageTexts({ shown, texts = [] }: Languages): readonly Issue[] {
  const hidden = valuesOf(texts, 'language').filter(({ text }) => !shown.includes(text));
  return [
    ...hidden.map(({ at, text }) =>
      error(CODE, at, { value: text, problem: 'is not shown', allowed: `one of shown: ${quotedList(shown)}` }),
    ),
    ...mismatches(CODE, valuesOf(texts, 'page'), {
      pattern: PAGE_ID,
      problem: 'is not the id of a page',
      allowed: 'letters, digits, ., _ and -: phonefactor, selfasserted1_1',
    }),
    ...repeated(texts, ({ language, page }) => `${language} ${page}`).map(({ item, first }) =>
      error(CODE, [...item.at, 'page'], {
        value: item.page,
        problem: `has texts in ${item.language} already`,
        allowed: 'each page once in a language, with all its strings',
        related: [first.at],
      }),
    ),
    ...texts.flatMap(({ strings }) => [
      ...strings.flatMap(checkString),
      ...duplicates(CODE, valuesOf(strings, 'id'), { allowed: 'each text once' }),
    ]),
  ];
}

function checkString({ at, id, text }: PageString): readonly Issue[] {
  return [...checkId([...at, 'id'], id), ...checkText([...at, 'text'], text)];
}

function checkId(at: Issue['at'], id: string): readonly Issue[] {
  const { type, element } = TEXT_ID.exec(id)?.groups ?? {};
  if (type === undefined) {
    const allowed = 'type and text, or type, element and text: UxElement/heading, ClaimType/email/DisplayName';
    return [error(CODE, at, { value: id, problem: 'is not the name of a text', allowed })];
  }
  if (!TEXT_ELEMENTS.includes(type)) {
    const allowed = suggestionOrList(type, TEXT_ELEMENTS, 'types');
    return [error(CODE, at, { value: id, problem: `begins with '${type}', which is not a type of element`, allowed })];
  }
  if (element !== undefined || !NAMED_ELEMENTS.includes(type)) return [];
  const problem = `does not say which ${type} the text belongs to`;
  return [
    error(CODE, at, { value: id, problem, allowed: `${type}, its id and the text's: ClaimType/email/DisplayName` }),
  ];
}

function checkText(at: Issue['at'], text: string): readonly Issue[] {
  const allowed = `one line of 1 to ${PAGE_TEXT_LENGTH} characters`;
  if (/\p{Cc}/u.test(text))
    return [error(CODE, at, { problem: 'contains a control character or a line break', allowed })];
  if (text.length <= PAGE_TEXT_LENGTH) return [];
  return [error(CODE, at, { problem: `is ${text.length} characters long`, allowed })];
}
