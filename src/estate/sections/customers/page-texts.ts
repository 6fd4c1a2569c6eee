import { type Inputs, objectsIn, textIn } from '../../source/inputs';
import { showValue } from '../../source/finding';
import { TEXT_ID } from '../limits';
import type { UserFlow } from './customers';

/** A text on a page of a user flow, as the provider and Graph name it. */
export interface PageText {
  readonly language: string;
  readonly page: string;
  readonly elementType: string;
  readonly elementId?: string;
  readonly stringId: string;
  readonly value: string;
}

/** Texts of a flow's pages that the estate declares, one by one. The checks have refused ids of another form. */
export function pageTextsOf({ languages }: Pick<UserFlow, 'languages'>): readonly PageText[] {
  const pages = languages?.texts ?? [];
  return pages.flatMap(({ language, page, strings }) =>
    strings.flatMap(({ id, text: value }) => {
      const { type, element, text } = TEXT_ID.exec(id)?.groups ?? {};
      if (type === undefined || text === undefined) return [];
      return [
        {
          language,
          page,
          elementType: type,
          ...(element !== undefined && { elementId: element }),
          stringId: text,
          value,
        },
      ];
    }),
  );
}

/** A text on a page of a user flow, as the estate names it. */
export interface NamedText {
  readonly language: string;
  readonly page: string;
  /** `UxElement/heading`, `ClaimType/email/DisplayName`. */
  readonly id: string;
  readonly text: string;
}

/** Texts of pages in the inputs of a user flow. */
export function namedTexts(inputs: Inputs): readonly NamedText[] {
  return objectsIn(inputs, 'pageTexts').map((one) => {
    const parts = ['elementType', 'elementId', 'stringId'].map((key) => textIn(one, key));
    return {
      language: textIn(one, 'language') ?? '',
      page: textIn(one, 'page') ?? '',
      id: parts.filter((part) => part !== undefined).join('/'),
      text: textIn(one, 'value') ?? '',
    };
  });
}

const nameOf = ({ id, page, language }: NamedText): string => `${id} of ${page} in ${language}`;

/** Texts of pages by their names, so that a comparison says which one changes from what to what. */
export function textsByName(inputs: Inputs): Inputs {
  return { pageTexts: Object.fromEntries(namedTexts(inputs).map((one) => [nameOf(one), `'${one.text}'`])) };
}

/** Texts that are told of; a page may have a hundred. */
const TOLD_TEXTS = 3;

/** Texts that a directory has other than declared: undefined where they are the same. */
export function otherTexts(found: Inputs, declared: Inputs): string | undefined {
  const shown = new Map(namedTexts(found).map((one) => [nameOf(one), one.text]));
  const different = namedTexts(declared).filter((one) => shown.get(nameOf(one)) !== one.text);
  if (different.length === 0) return undefined;
  const told = different.slice(0, TOLD_TEXTS).map((one) => {
    const text = shown.get(nameOf(one));
    return `${nameOf(one)} is ${text === undefined ? "Microsoft's" : showValue(text)}, not ${showValue(one.text)}`;
  });
  const rest = different.length - told.length;
  return `of its texts ${told.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
