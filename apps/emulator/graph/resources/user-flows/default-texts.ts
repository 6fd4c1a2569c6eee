import type { JsonObject } from '../../json';

/**
 * Pages of user flows and the texts that they have by default. Ids of pages and the providers' names are those of Microsoft's
 * examples ('List defaultPages', 'Get userFlowLanguagePage', 'Update userFlowLanguagePage'), ids of other texts those of Azure AD
 * B2C, 'Localization string IDs'. Which of them a page has, and every text, is made up; they are in English in each language.
 */
const PAGES: Readonly<Record<string, readonly JsonObject[]>> = {
  idpselections: [text('ClaimsProvider/AmazonExchange', 'Amazon'), text('ClaimsProvider/FacebookExchange', 'Facebook')],
  phonefactor: [
    text('UxElement/alert_message', 'Are you sure that you want to cancel entering your information?'),
    text('UxElement/button_verify', 'Call Me'),
    text('UxElement/button_send_code', 'Send Code'),
  ],
  selfasserted1_1: [
    text('ClaimType/email/DisplayName', 'Email Address'),
    text('ClaimType/givenName/DisplayName', 'Given Name'),
    text('UxElement/button_continue', 'Create'),
    text('UxElement/button_cancel', 'Cancel'),
    text('ErrorMessage/ServiceThrottled', 'There are too many requests at this moment.'),
  ],
};

const SIGN_IN = ['idpselections', 'phonefactor', 'selfasserted1_1'];

const PAGES_OF_TYPES: Readonly<Record<string, readonly string[]>> = {
  signUp: SIGN_IN,
  signIn: SIGN_IN,
  signUpOrSignIn: SIGN_IN,
  profileUpdate: SIGN_IN,
  passwordReset: ['phonefactor', 'selfasserted1_1'],
};

/** Ids of the pages of a flow of this type. */
export function pagesOf(userFlowType: string): readonly string[] {
  return PAGES_OF_TYPES[userFlowType] ?? [];
}

/** Texts of a page, each with `Override: false`. */
export function defaultTexts(page: string): readonly JsonObject[] {
  return PAGES[page] ?? [];
}

/** @param name `UxElement/intro`, `ClaimType/email/DisplayName` */
function text(name: string, Value: string): JsonObject {
  const [ElementType = '', ...rest] = name.split('/');
  const [StringId = '', ElementId = null] = rest.toReversed();
  return { ElementType, ElementId, StringId, Override: false, Value };
}
