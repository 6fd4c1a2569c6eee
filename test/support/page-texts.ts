import type { UserFlow } from '../../src/estate/sections/customers/customers';

type PageTexts = NonNullable<NonNullable<UserFlow['languages']>['texts']>[number];

/** Texts of a page in a language, by their ids. */
export function pageTexts(language: string, page: string, texts: Readonly<Record<string, string>>): PageTexts {
  const strings = Object.entries(texts).map(([id, text]) => ({ id, text, at: [] }));
  return { language, page, strings, at: [] };
}
