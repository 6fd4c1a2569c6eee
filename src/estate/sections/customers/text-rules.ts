import { suggestionOrList } from '../../../text/suggest';
import { NAMED_ELEMENTS, PAGE_TEXT_LENGTH, TEXT_ELEMENTS, TEXT_ID } from '../limits';
import { sound, type Words } from '../shared/rules';

export const TEXT_NAME = sound('flow-text', faultOfId);

function faultOfId(id: string): Words | undefined {
  const { type, element } = TEXT_ID.exec(id)?.groups ?? {};
  if (type === undefined) {
    const allowed = 'type and text, or type, element and text: UxElement/heading, ClaimType/email/DisplayName';
    return { problem: 'is not the name of a text', allowed };
  }
  if (!TEXT_ELEMENTS.includes(type)) {
    const allowed = suggestionOrList(type, TEXT_ELEMENTS, 'types');
    return { problem: `begins with '${type}', which is not a type of element`, allowed };
  }
  if (element !== undefined || !NAMED_ELEMENTS.includes(type)) return undefined;
  const allowed = `${type}, its id and the text's: ClaimType/email/DisplayName`;
  return { problem: `does not say which ${type} the text belongs to`, allowed };
}

export const PAGE_TEXT = sound('flow-text', faultOfText, { show: () => undefined });

function faultOfText(text: string): Words | undefined {
  const allowed = `one line of 1 to ${PAGE_TEXT_LENGTH} characters`;
  if (/\p{Cc}/u.test(text)) return { problem: 'contains a control character or a line break', allowed };
  return text.length <= PAGE_TEXT_LENGTH ? undefined : { problem: `is ${text.length} characters long`, allowed };
}
