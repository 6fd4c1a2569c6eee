import { quotedList, suggestionOrList } from '../../../../text/suggest';
import type { Issue, Path } from '../../../source/finding';
import {
  CHOICE_INPUTS,
  CLAIM_ATTRIBUTES,
  COLLECTED_ATTRIBUTES,
  EXTENSION_ATTRIBUTE,
  GUID,
  PROVIDER_NAME,
  VERIFIED_ATTRIBUTES,
} from '../../limits';
import { error, placed, type PlacedText, repeated, unknownNames, valuesOf, warning } from '../../shared/issue';
import type { FlowAttribute, FlowProperty, UserFlow } from '../customers';
import { checkCallSteps } from './api-connectors';

const CODE = 'flow-text';

type Languages = NonNullable<UserFlow['languages']>;

/** Checks the texts of pages: of languages that are shown, and each page once. */
function checkPageTexts({ shown, texts = [] }: Languages): readonly Issue[] {
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

/** Properties that are checked elsewhere: the type against the use, and what the schema says all of. */
type CheckedElsewhere = 'type' | 'tokens' | 'pages';

/** Names of the section that flows refer to; absent where they could not be read. */
export interface FlowNames {
  /** Of identity providers. */
  readonly providers?: ReadonlySet<string>;
  /** Of attributes of one's own. */
  readonly attributes?: ReadonlySet<string>;
  /** Of API connectors. */
  readonly connectors?: ReadonlySet<string>;
}

type FlowCheck = (flow: UserFlow, names: FlowNames) => readonly Issue[];

/** A property of `UserFlow` that is neither here nor checked elsewhere does not compile. */
const CHECKS: Readonly<Record<Exclude<FlowProperty, CheckedElsewhere>, FlowCheck>> = {
  apiConnectors: (flow, names) => [...checkConnectors(flow, names), ...checkCallSteps(flow)],
  attributes: ({ attributes }, names) =>
    attributes.flatMap((attribute) => [...checkAttribute(attribute, names), ...checkChoices(attribute)]),
  claims: ({ at, claims }, names) =>
    claims.flatMap((claim, index) => checkClaim(claim, [...at, 'claims', index], names)),
  identityProviders: ({ at, identityProviders }, names) =>
    unknownProviders(placed(identityProviders, [...at, 'identityProviders']), names),
  languages: checkLanguages,
  multifactor: checkMultifactor,
};

/** Checks what a user flow asks for, puts into tokens and offers. */
export function checkUserFlow(flow: UserFlow, names: FlowNames = {}): readonly Issue[] {
  return Object.values(CHECKS).flatMap((check) => check(flow, names));
}

function checkAttribute({ at, id, requiresVerification }: FlowAttribute, { attributes }: FlowNames): readonly Issue[] {
  const own = attributes ?? ANY;
  const unknown = {
    value: id,
    problem: 'is not an attribute that a flow can ask for',
    allowed: suggestionOrList(id, [...COLLECTED_ATTRIBUTES, ...(attributes ?? [])], 'attributes of the directory'),
  };
  const unverifiable = {
    problem: `'${id}' can't be verified with a code`,
    allowed: `only ${quotedList(VERIFIED_ATTRIBUTES)}`,
  };
  if (!isKnown(id, COLLECTED_ATTRIBUTES) && !own.has(id)) return [error('flow-attribute', [...at, 'id'], unknown)];
  if (!requiresVerification || VERIFIED_ATTRIBUTES.includes(id)) return [];
  return [error('flow-verification', [...at, 'requiresVerification'], unverifiable)];
}

/** Stands for names that could not be read: whatever is asked for may be one of them. */
const ANY = { has: () => true };

/** Choices belong to the fields that offer some, and those are nothing without. */
function checkChoices({ at, id, input, choices }: FlowAttribute): readonly Issue[] {
  const offers = input !== undefined && CHOICE_INPUTS.includes(input);
  if (offers === (choices !== undefined && choices.length > 0)) return [];
  const needed = {
    problem: `'${id}' has a field of choices and none to choose`,
    allowed: 'choices, each with label and value',
  };
  const idle = {
    problem: `are not shown by the field of '${id}'`,
    allowed: `input: ${quotedList(CHOICE_INPUTS).replaceAll("'", '')}, or no choices`,
  };
  return [error('flow-choices', [...at, offers ? 'input' : 'choices'], offers ? { value: input, ...needed } : idle)];
}

/** Ids of a directory, such as `Google-OAUTH`, have another form than names of the estate; only Graph knows those. */
function unknownProviders(texts: readonly PlacedText[], { providers }: FlowNames): readonly Issue[] {
  if (providers === undefined) return [];
  const names = texts.filter(
    ({ text }) => PROVIDER_NAME.test(text) && !GUID.test(text) && !/-oauth$|-oidc$/.test(text),
  );
  return unknownNames('unknown-identity-provider', names, {
    problem: 'is not an identity provider of customers.identityProviders',
    known: providers,
    things: 'identity providers',
  });
}

function checkConnectors({ at, apiConnectors = {} }: UserFlow, { connectors }: FlowNames): readonly Issue[] {
  if (connectors === undefined) return [];
  const texts = Object.entries(apiConnectors).map(([step, text]) => ({ at: [...at, 'apiConnectors', step], text }));
  return unknownNames('unknown-api-connector', texts, {
    problem: 'is not an API connector of customers.apiConnectors',
    known: connectors,
    things: 'API connectors',
  });
}

function checkLanguages({ at, languages }: UserFlow): readonly Issue[] {
  if (languages === undefined) return [];
  const { default: usual, shown } = languages;
  const place = [...at, 'languages'];
  const hidden = { value: usual, problem: 'is not shown', allowed: `one of shown: ${quotedList(shown)}` };
  return [
    ...(shown.includes(usual) ? [] : [error('flow-language', [...place, 'default'], hidden)]),
    ...checkPageTexts(languages),
  ];
}

function isKnown(id: string, known: readonly string[]): boolean {
  return known.includes(id) || EXTENSION_ATTRIBUTE.test(id);
}

function checkClaim(claim: string, at: Path, { attributes }: FlowNames): readonly Issue[] {
  if (isKnown(claim, CLAIM_ATTRIBUTES) || (attributes ?? ANY).has(claim)) return [];
  return [
    error('flow-claim', at, {
      value: claim,
      problem: 'is not an attribute that tokens can carry',
      allowed: suggestionOrList(claim, [...CLAIM_ATTRIBUTES, ...(attributes ?? [])], 'attributes of the directory'),
    }),
  ];
}

function checkMultifactor({ at, multifactor }: UserFlow): readonly Issue[] {
  if (multifactor?.state !== 'off' || multifactor.method === undefined) return [];
  return [
    warning('flow-multifactor', [...at, 'multifactor', 'method'], {
      value: multifactor.method,
      problem: 'is never asked for, since the second factor is off',
      allowed: 'state on or conditional, or no method',
    }),
  ];
}
