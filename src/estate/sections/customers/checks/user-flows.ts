import { type ConnectorStep, FLOW_ID } from '../../../../../provider/limits';
import { quotedList, suggestionOrList } from '../../../../text/suggest';
import type { Path } from '../../../source/finding';
import type { FindingCode } from '../../../source/finding-codes';
import {
  CLAIM_ATTRIBUTES,
  COLLECTED_ATTRIBUTES,
  EVENTS_FLOW_NAME_LENGTH,
  GUID,
  PROVIDER_NAME,
  VERIFIED_ATTRIBUTES,
} from '../../limits';
import { error, type Issues, placed, repeated, unknownNames, valuesOf, warning } from '../../shared/issue';
import { titleFault } from '../../shared/rules';
import type { DirectoryType, FlowAttribute, FlowProperty, FlowUse, UserFlow, UserFlowType } from '../customers';

/** Prefix of every user flow. */
const FLOW_PREFIX = 'B2C_1_';

/** Attributes of one's own: `extension_<application id without hyphens>_<name>`. */
const EXTENSION_ATTRIBUTE = /^extension_[0-9a-fA-F]{32}_[A-Za-z0-9_]+$/;

const CHOICE_INPUTS: readonly string[] = ['radioSingleSelect', 'dropdownSingleSelect', 'checkboxMultiSelect'];

/** Names of the section that flows refer to; absent where they could not be read. */
interface FlowNames {
  /** Of identity providers. */
  readonly providers?: ReadonlySet<string>;
  /** Of attributes of one's own. */
  readonly attributes?: ReadonlySet<string>;
  /** Of API connectors. */
  readonly connectors?: ReadonlySet<string>;
}

interface UserFlowsContext extends FlowNames {
  readonly directoryType: DirectoryType;
  /** True if every flow could be read. */
  readonly isComplete: boolean;
}

/** Uses of the user flows, and each of them: what it asks for, puts into tokens and offers. */
export function* checkUserFlows(flows: readonly UserFlow[], context: UserFlowsContext): Issues {
  for (const flow of flows) {
    yield* context.directoryType === 'b2c' ? checkB2cFlow(flow) : checkEventsFlow(flow);
    for (const check of Object.values(CHECKS)) yield* check(flow, context);
  }
  for (const { item, first } of repeated(flows, ({ use }) => use))
    yield error('duplicate-flow-use', [...item.at, 'use'], {
      value: item.use,
      problem: `is already the use of '${first.id}'`,
      allowed: 'one flow for each use',
      related: [[...first.at, 'use']],
    });
  const none = { problem: 'no flow signs people in', allowed: 'one flow with use: signIn' };
  if (context.isComplete && !flows.some(({ use }) => use === 'signIn'))
    yield error('missing-sign-in-flow', ['customers', 'userFlows'], none);
}

const TYPES_OF: Readonly<Record<FlowUse, readonly UserFlowType[]>> = {
  signIn: ['signUpOrSignIn', 'signIn'],
  stepUp: ['signUpOrSignIn', 'signIn'],
  profileEdit: ['profileUpdate'],
  passwordReset: ['passwordReset'],
};

function* checkB2cFlow(flow: UserFlow): Issues {
  const { at, id, previousNames, type, use, multifactor, attributes } = flow;
  const ids = [...valuesOf([flow], 'id'), ...placed(previousNames, [...at, 'previousNames'])];
  yield* ids
    .filter(({ text }) => !FLOW_ID.test(text))
    .map(({ at: place, text: value }) => error('flow-id', place, { value, ...idFault(value) }));
  if (!TYPES_OF[use].includes(type)) {
    const problem = `can't be the type of a flow for ${use}`;
    yield error('flow-type', [...at, 'type'], { value: type, problem, allowed: `type ${anyOf(TYPES_OF[use])}` });
  }
  if (use === 'stepUp' && multifactor?.state !== 'on')
    yield error('step-up-factor', [...at, 'multifactor', 'state'], {
      value: multifactor?.state ?? 'off',
      problem: 'lets people step up without a second factor',
      allowed: 'state: on',
    });
  // Azure AD B2C, 'Set up a profile editing flow': the form has the user attributes that are selected, and no other.
  if (use === 'profileEdit' && attributes.length === 0)
    yield warning('flow-without-attributes', [...at, 'attributes'], {
      aboutKey: true,
      problem: `names none, so '${id}' shows a form without fields until somebody selects some in the portal`,
      allowed: 'the attributes that people may change: displayName, givenName, surname',
    });
}

function idFault(id: string) {
  const most = FLOW_PREFIX.length + 58;
  if (!id.startsWith(FLOW_PREFIX)) {
    const allowed = `did you mean '${FLOW_PREFIX}${id.replace(/^b2c_1_/i, '')}'?`;
    return { problem: `lacks the prefix ${FLOW_PREFIX}`, allowed };
  }
  if (id.length > most) return { problem: `is ${id.length} characters long`, allowed: `at most ${most}` };
  return { problem: 'is not a valid user flow name', allowed: `${FLOW_PREFIX}, then letters, digits, _ and -` };
}

function anyOf(names: readonly string[]): string {
  return quotedList(names).replaceAll(', ', ' or ');
}

const INSTEAD: Readonly<Record<Exclude<FlowUse, 'signIn'>, string>> = {
  stepUp: 'customers.stepUp, whose scopes a Conditional Access policy protects',
  profileEdit: 'no flow: External ID has none that edits a profile, and the web says so',
  passwordReset: "no flow: 'Forgot password?' is a part of the sign-in",
};

/** Checks a user flow for what External ID does not have. */
function* checkEventsFlow(flow: UserFlow): Issues {
  const { at, id, type, use, multifactor, claims } = flow;
  const fault = titleFault(id, EVENTS_FLOW_NAME_LENGTH);
  if (fault !== undefined) yield error('display-name', [...at, 'id'], { value: id, ...fault });
  if (use !== 'signIn') {
    const problem = 'is not a use of a user flow in External ID';
    yield error('external-id-flow-use', [...at, 'use'], { value: use, problem, allowed: INSTEAD[use] });
    return;
  }
  if (!TYPES_OF.signIn.includes(type)) {
    const problem = 'is not a user flow type of External ID';
    yield error('external-id-flow-type', [...at, 'type'], { value: type, problem, allowed: anyOf(TYPES_OF.signIn) });
  }
  if ((multifactor?.state ?? 'off') !== 'off')
    yield error('external-id-multifactor', [...at, 'multifactor'], {
      value: multifactor?.state,
      problem: 'is not a setting of a user flow in External ID: Conditional Access asks for the second factor',
      allowed: 'customers.stepUp',
    });
  if (claims.length > 0)
    yield error('external-id-claims', [...at, 'claims'], {
      problem: 'are not set by a user flow in External ID: applications ask for them',
      allowed: 'remove the key; the applications of the estate ask for name and e-mail address',
    });
  yield* checkEventsPages(flow);
}

type OfB2c = readonly [code: FindingCode, instead: string];

const B2C_KEYS = {
  languages: ['external-id-page', 'company branding has the languages'],
  apiConnectors: ['api-connector', 'customers.customExtensions call APIs'],
  tokens: ['external-id-page', 'the tenant decides on it'],
  pages: ['external-id-page', 'the tenant decides on it'],
} as const satisfies Readonly<Record<string, OfB2c>>;

/** Pages of a flow: those of an external tenant know less. */
function* checkEventsPages(flow: UserFlow): Issues {
  for (const key of ['languages', 'apiConnectors', 'tokens', 'pages'] as const)
    if (flow[key] !== undefined) yield ofB2c([...flow.at, key], B2C_KEYS[key]);
  for (const { at, requiresVerification, ...attribute } of flow.attributes) {
    for (const key of ['input', 'choices'] as const)
      if (attribute[key] !== undefined)
        yield ofB2c([...at, key], ['external-id-page', 'the flow asks for it with a text field']);
    if (requiresVerification)
      yield warning('external-id-verification', [...at, 'requiresVerification'], {
        aboutKey: true,
        problem: 'is not set by the flow in External ID: an e-mail address is always verified with a code',
        allowed: 'remove the key',
      });
  }
}

function ofB2c(at: Path, [code, instead]: OfB2c) {
  const problem = `is of B2C user flows; in External ID ${instead}`;
  return error(code, at, { aboutKey: true, problem, allowed: 'remove the key' });
}

/** Properties that are checked elsewhere: the type against the use, and what the schema says all of. */
type CheckedElsewhere = 'type' | 'tokens' | 'pages';

type FlowCheck = (flow: UserFlow, names: FlowNames) => Issues;

/** A property of `UserFlow` that is neither here nor checked elsewhere does not compile. */
const CHECKS: Readonly<Record<Exclude<FlowProperty, CheckedElsewhere>, FlowCheck>> = {
  apiConnectors: checkConnectors,
  *attributes({ attributes }, names) {
    for (const attribute of attributes) {
      yield* checkAttribute(attribute, names);
      yield* checkChoices(attribute);
    }
  },
  *claims({ at, claims }, { attributes }) {
    const known = [...CLAIM_ATTRIBUTES, ...(attributes ?? [])];
    for (const { at: place, text } of placed(claims, [...at, 'claims']))
      if (attributes !== undefined && !known.includes(text) && !EXTENSION_ATTRIBUTE.test(text))
        yield error('flow-claim', place, {
          value: text,
          problem: 'is not an attribute that tokens can carry',
          allowed: suggestionOrList(text, known, 'attributes of the directory'),
        });
  },
  identityProviders: unknownProviders,
  *languages({ at, languages }) {
    if (languages === undefined) return;
    const { default: usual, shown, texts = [] } = languages;
    const hidden = { problem: 'is not shown', allowed: `one of shown: ${quotedList(shown)}` };
    if (!shown.includes(usual))
      yield error('flow-language', [...at, 'languages', 'default'], { value: usual, ...hidden });
    for (const { at: place, text } of valuesOf(texts, 'language'))
      if (!shown.includes(text)) yield error('flow-text', place, { value: text, ...hidden });
    for (const { item, first } of repeated(texts, ({ language, page }) => `${language} ${page}`))
      yield error('flow-text', [...item.at, 'page'], {
        value: item.page,
        problem: `has texts in ${item.language} already`,
        allowed: 'each page once in a language, with all its strings',
        related: [first.at],
      });
  },
  *multifactor({ at, multifactor }) {
    if (multifactor?.state === 'off' && multifactor.method !== undefined)
      yield warning('flow-multifactor', [...at, 'multifactor', 'method'], {
        value: multifactor.method,
        problem: 'is never asked for, since the second factor is off',
        allowed: 'state on or conditional, or no method',
      });
  },
};

/** Where the attributes of one's own could not be read, whatever is asked for may be one of them. */
function* checkAttribute({ at, id, requiresVerification }: FlowAttribute, { attributes }: FlowNames): Issues {
  const known = [...COLLECTED_ATTRIBUTES, ...(attributes ?? [])];
  if (attributes !== undefined && !known.includes(id) && !EXTENSION_ATTRIBUTE.test(id))
    yield error('flow-attribute', [...at, 'id'], {
      value: id,
      problem: 'is not an attribute that a flow can ask for',
      allowed: suggestionOrList(id, known, 'attributes of the directory'),
    });
  else if (requiresVerification && !VERIFIED_ATTRIBUTES.includes(id))
    yield error('flow-verification', [...at, 'requiresVerification'], {
      problem: `'${id}' can't be verified with a code`,
      allowed: `only ${quotedList(VERIFIED_ATTRIBUTES)}`,
    });
}

/** Choices belong to the fields that offer some, and those are nothing without. */
function* checkChoices({ at, id, input, choices = [] }: FlowAttribute): Issues {
  const offers = input !== undefined && CHOICE_INPUTS.includes(input);
  if (offers && choices.length === 0)
    yield error('flow-choices', [...at, 'input'], {
      value: input,
      problem: `'${id}' has a field of choices and none to choose`,
      allowed: 'choices, each with label and value',
    });
  if (!offers && choices.length > 0)
    yield error('flow-choices', [...at, 'choices'], {
      problem: `are not shown by the field of '${id}'`,
      allowed: `input: ${CHOICE_INPUTS.join(', ')}, or no choices`,
    });
}

/** Ids of a directory, such as `Google-OAUTH`, have another form than names of the estate; only Graph knows those. */
function unknownProviders({ at, identityProviders }: UserFlow, { providers: known }: FlowNames): Issues {
  if (known === undefined) return [];
  const names = placed(identityProviders, [...at, 'identityProviders']).filter(
    ({ text }) => PROVIDER_NAME.test(text) && !GUID.test(text) && !/-oauth$|-oidc$/.test(text),
  );
  const problem = 'is not an identity provider of customers.identityProviders';
  return unknownNames('unknown-identity-provider', names, { problem, known, things: 'identity providers' });
}

const SIGN_UPS: readonly UserFlowType[] = ['signUpOrSignIn', 'signUp'];

/** Types of user flows that have a step: Azure AD B2C, 'Where you can enable an API connector in a user flow'. */
const STEP_TYPES: Readonly<Record<ConnectorStep, readonly UserFlowType[]>> = {
  postFederationSignup: SIGN_UPS,
  postAttributeCollection: SIGN_UPS,
  preTokenIssuance: [...SIGN_UPS, 'signIn'],
};

function* checkConnectors({ at, type, apiConnectors = {} }: UserFlow, { connectors: known }: FlowNames): Issues {
  const problem = 'is not an API connector of customers.apiConnectors';
  for (const [step, text] of Object.entries(apiConnectors) as [ConnectorStep, string][]) {
    const place = { at: [...at, 'apiConnectors', step], text };
    if (known !== undefined)
      yield* unknownNames('unknown-api-connector', [place], { problem, known, things: 'API connectors' });
    if (!STEP_TYPES[step].includes(type))
      yield error('api-connector', place.at, {
        aboutKey: true,
        problem: `is not a step of a flow of type ${type}, so that the API is never called`,
        allowed: `remove the key, or a flow of type ${anyOf(STEP_TYPES[step])}`,
      });
  }
}
