import { z } from 'zod';
import { type ConnectorStep, INPUT_TYPES } from '../../../../provider/limits';
import { suggestionOrList } from '../../../text/suggest';
import { located, type Output } from '../../source/located';
import { CLAIM_ATTRIBUTES, COLLECTED_ATTRIBUTES } from '../limits';
import { inAnyCase } from '../shared/issue';
import { matching, Name, once, previousNames, some, sound, type Words } from '../shared/rules';
import { type Inputs, objectsIn, textIn } from '../../source/inputs';
import { showValue } from '../../source/finding';

/** Tags of languages (RFC 5646) as user flows have them: `de`, `pt-BR`, `zh-Hans`. */
const LANGUAGE_TAG = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/** Ids of pages of user flows. Graph documents no form, so that this one is our rule. */
const PAGE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Types of elements with texts: Azure AD B2C, 'Localization element', ElementType … */
const TEXT_ELEMENTS: readonly string[] = [
  'ClaimsProvider',
  'ClaimType',
  'DisplayControl',
  'ErrorMessage',
  'FormatLocalizedStringTransformationClaimType',
  'GetLocalizedStringsTransformationClaimType',
  'Predicate',
  'PredicateValidation',
  'UxElement',
];

/** … and those whose texts belong to a claim, a predicate or a control, which has an id. */
const NAMED_ELEMENTS: readonly string[] = ['ClaimType', 'DisplayControl', 'Predicate', 'PredicateValidation'];

/** Characters of a text on a page: its list of countries is one text. Azure AD B2C documents no limit, so that this one is our rule. */
const PAGE_TEXT_LENGTH = 20_000;

/** Names of texts on pages: type of the element, its id where it has one, id of the text. */
const TEXT_ID = /^(?<type>[A-Za-z]+)(?:\/(?<element>[^/\s]+))?\/(?<text>[^/\s]+)$/;

const TEXT_NAME = sound('flow-text', faultOfId);

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

const PAGE_TEXT = sound('flow-text', faultOfText, { show: () => undefined });

function faultOfText(text: string): Words | undefined {
  const allowed = `one line of 1 to ${PAGE_TEXT_LENGTH} characters`;
  if (/\p{Cc}/u.test(text)) return { problem: 'contains a control character or a line break', allowed };
  return text.length <= PAGE_TEXT_LENGTH ? undefined : { problem: `is ${text.length} characters long`, allowed };
}

const EACH_ONCE = { keyOf: inAnyCase, allowed: 'each once' };

/** Tasks of flows. */
export const FLOW_TYPES = ['signUpOrSignIn', 'signIn', 'signUp', 'profileUpdate', 'passwordReset'] as const;

const BY_HAND = 'A person sets it: see `npx --no entra-aws steps`.';

const ChoiceEntry = z.strictObject({
  label: Name.describe('Text on the page.'),
  value: Name.describe('Value that the directory keeps.'),
  default: z.boolean().describe('Whether it is chosen at first.').default(false),
});

const FlowAttributeEntry = located(
  z.strictObject({
    id: Name.meta({
      description:
        'Id of a user attribute: `givenName`, the name of one in `customers.attributes`, or `extension_…` for another of your own.',
      offers: COLLECTED_ATTRIBUTES,
    }),
    label: Name.describe(
      'Text at the field. Without it, the name that the directory gives the attribute.',
    ).exactOptional(),
    input: z
      .enum(INPUT_TYPES)
      .describe('B2C only: kind of the field. Without it, `textBox`, and `emailBox` for the e-mail address.')
      .exactOptional(),
    choices: z
      .array(ChoiceEntry)
      .describe('B2C only: choices of `radioSingleSelect`, `dropdownSingleSelect` and `checkboxMultiSelect`.')
      .exactOptional(),
    optional: z.boolean().describe('Whether people may leave it empty.').default(false),
    requiresVerification: z
      .boolean()
      .describe('Whether people verify it with a code; an e-mail address or a phone number.')
      .default(false),
  }),
);

const MultifactorEntry = z
  .strictObject({
    state: z.enum(['off', 'on', 'conditional']).describe('`on` asks always, `conditional` as Conditional Access says.'),
    method: z
      .enum(['email', 'phoneCallOrSms', 'phoneSms', 'phoneCall', 'authenticator'])
      .describe('Method; without it, the service keeps the one it has.')
      .exactOptional(),
  })
  .describe(`Second factor; without it, the service keeps what it has, and a new flow has none. ${BY_HAND}`);

const PageTextsEntry = located(
  z.strictObject({
    language: Name.describe('Tag of a language that is shown.'),
    page: Name.meta({
      description: 'Id of the page, as Graph lists them under `defaultPages` of a language.',
      examples: ['phonefactor', 'selfasserted1_1'],
      ...matching('flow-text', PAGE_ID, {
        problem: 'is not the id of a page',
        allowed: 'letters, digits, ., _ and -: phonefactor, selfasserted1_1',
      }),
    }),
    strings: z
      .array(
        located(
          z.strictObject({
            id: Name.meta({
              description:
                "Name of the text in the page's file: type of the element and id of the text, and between them the id of the element where it has one.",
              examples: ['UxElement/button_continue', 'ClaimType/email/DisplayName'],
              ...TEXT_NAME,
            }),
            text: Name.meta({ description: "Text that people see in place of Microsoft's.", ...PAGE_TEXT }),
          }),
        ),
      )
      .min(1, { error: 'is empty' })
      .meta({
        description: 'Texts of the page. The others stay as they are in the directory.',
        ...once('flow-text', { key: 'id', allowed: 'each text once' }),
      }),
  }),
);

const LanguagesEntry = z
  .strictObject({
    default: Name.meta({
      description: 'Language of browsers that ask for none of them.',
      pattern: LANGUAGE_TAG.source,
      examples: ['en'],
    }),
    shown: z
      .array(
        Name.meta(
          matching('flow-language', LANGUAGE_TAG, {
            problem: 'is not a language tag',
            allowed: 'de, pt-BR, zh-Hans (RFC 5646)',
          }),
        ),
      )
      .min(1, { error: 'is empty' })
      .meta({
        description: 'Tags of the languages that the pages speak, the default one among them: `de`, `pt-BR`.',
        ...once('flow-language', { allowed: 'each once' }),
      }),
    texts: z
      .array(PageTextsEntry)
      .describe(
        "Texts of your own on the pages, by language and page. A text that is taken out gives way to Microsoft's again.",
      )
      .exactOptional(),
  })
  .describe('B2C only: languages of the pages. Without it, the service keeps what it has.');

const whole = (min: number, max: number) => z.number().int().min(min).max(max);

const TokensEntry = z
  .strictObject({
    accessMinutes: whole(5, 1440).describe('Life of access and ID tokens in minutes, 5 to 1440.').exactOptional(),
    refreshDays: whole(1, 90).describe('Life of refresh tokens in days, 1 to 90.').exactOptional(),
    sessionMinutes: whole(15, 1440).describe('Life of the session in minutes, 15 to 1440.').exactOptional(),
  })
  .describe(`B2C only: lives of tokens and of the session. ${BY_HAND}`);

const PagesEntry = z
  .strictObject({
    template: z.enum(['Classic', 'Ocean Blue', 'Slate Gray']).describe('Template of the pages.').exactOptional(),
    layout: Name.meta({ description: 'Version of the page layouts.', examples: ['2.1.21'] }).exactOptional(),
    javaScript: z.boolean().describe('Whether pages may run JavaScript.').exactOptional(),
  })
  .describe(`B2C only: layouts of the pages. ${BY_HAND}`);

const ApiConnectorsEntry = z
  .strictObject({
    postFederationSignup: Name.describe(
      'At a sign-up, after another identity provider has answered: it may refuse, or fill in attributes.',
    ).exactOptional(),
    postAttributeCollection: Name.describe(
      'At a sign-up, before the person is created: it may refuse, or change what was entered.',
    ).exactOptional(),
    preTokenIssuance: Name.describe('Before tokens are sent: it may add claims.').exactOptional(),
  } satisfies Readonly<Record<ConnectorStep, z.ZodType>>)
  .describe(
    'B2C only: APIs that the flow calls, by their names in `customers.apiConnectors`. Without it, the service keeps what it has.',
  );

/** A user flow as it is written. */
export const UserFlowEntry = located(
  z.strictObject({
    id: Name.describe(
      'In B2C the name in every sign-in address, with its prefix: `B2C_1_` and letters, digits, `_` and `-`. Another one makes another flow. In External ID the display name, which changes in place.',
    ),
    previousNames: previousNames(
      'Ids that the flow had before. B2C can rename no flow: each stays in the directory, with the settings of this one, until it leaves the list, so that applications can move to the new id meanwhile. External ID renames the flow, with or without them.',
    ),
    type: z.enum(FLOW_TYPES).describe('Task of the flow. Another type replaces the flow.'),
    use: z
      .enum(['signIn', 'stepUp', 'profileEdit', 'passwordReset'])
      .describe('Use by the applications; one flow for each use. External ID has flows for `signIn` only.'),
    multifactor: MultifactorEntry.exactOptional(),
    attributes: z
      .array(FlowAttributeEntry)
      .meta({
        description: 'Attributes that the flow asks for, in this order.',
        ...once('duplicate-flow-attribute', {
          key: 'id',
          keyOf: inAnyCase,
          problem: 'is asked for twice',
          allowed: 'each attribute once',
        }),
      })
      .default([]),
    claims: z
      .array(Name.meta({ offers: CLAIM_ATTRIBUTES }))
      .meta({
        description: `User attributes that tokens carry, by their ids. The application reads \`displayName\`, \`emails\`, \`givenName\`, \`surname\`, and \`objectId\`, by which it keeps policies. ${BY_HAND}`,
        ...once('duplicate-flow-claim', EACH_ONCE),
      })
      .default([]),
    identityProviders: z
      .array(Name.meta({ offers: ['EmailPassword-OAUTH'] }))
      .meta({
        description:
          'Identity providers that it offers: names in `customers.identityProviders`, or ids of the directory; `EmailPassword-OAUTH` are its own accounts.',
        ...some('flow-identity-provider', {
          problem: 'no one can use a flow without an identity provider',
          allowed: 'at least one; EmailPassword-OAUTH are accounts of the directory itself',
        }),
      })
      .meta(once('duplicate-identity-provider', EACH_ONCE)),
    languages: LanguagesEntry.exactOptional(),
    apiConnectors: ApiConnectorsEntry.exactOptional(),
    tokens: TokensEntry.exactOptional(),
    pages: PagesEntry.exactOptional(),
  }),
);

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
export function pageTextsOf({ languages }: Pick<Output<typeof UserFlowEntry>, 'languages'>): readonly PageText[] {
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
