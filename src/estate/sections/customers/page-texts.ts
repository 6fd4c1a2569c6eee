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

/** Name of a text as the estate writes it: `ClaimType/email/DisplayName`. */
export function textId({
  elementType,
  elementId,
  stringId,
}: Pick<PageText, 'elementType' | 'elementId' | 'stringId'>): string {
  return [elementType, ...(elementId === undefined ? [] : [elementId]), stringId].join('/');
}
