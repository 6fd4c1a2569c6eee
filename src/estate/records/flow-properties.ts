import { CONNECTOR_STEPS, type ConnectorStep } from '../../../provider/limits';
import { consequences, type Consequences } from './consequences';
import {
  attributeEntries,
  type B2cAttribute,
  b2cAttributes,
  type ExternalAttribute,
  externalAttributes,
  type FlowReferences,
  otherAttributes,
  shownAttributes,
} from './flow-attributes';
import type { DirectoryType, FlowProperty, UserFlow } from '../sections/customers/customers';
import {
  FLOW_TYPES,
  type NamedText,
  namedTexts,
  otherTexts,
  type PageText,
  pageTextsOf,
  textsByName,
} from '../sections/customers/flow-schema';
import type { CustomersWords } from '../sections/customers/schema';
import { flagIn, type Inputs, missing, objectIn, objectsIn, satisfies, textIn, textsIn } from '../source/inputs';
import { merged } from '../../text/values';

const MULTIFACTOR_STRENGTH: Readonly<Record<string, number>> = { off: 0, conditional: 1, on: 2 };

/** External ID: whether people may sign up by themselves. Another type of a flow of B2C replaces it. */
function changedSignUp(before: Inputs, after: Inputs, flow: string): Consequences {
  const [wasOpen, isOpen] = [before, after].map((inputs) => flagIn(inputs, 'isSignUpAllowed') ?? true);
  return consequences(
    [wasOpen && !isOpen && `No one can sign up in ${flow} any more.`],
    [!wasOpen && isOpen && `Everybody may sign up in ${flow} from now on.`],
  );
}

function changedFactor(before: Inputs, after: Inputs, flow: string): Consequences {
  const [old, now] = [before, after].map((inputs) => textIn(objectIn(inputs, 'multifactor'), 'state'));
  const [from = 0, to = 0] = [old, now].map((state) => MULTIFACTOR_STRENGTH[state ?? 'off']);
  const change = `${old ?? 'none'} becomes ${now ?? 'none'}.`;
  return consequences(
    [to < from && `The second factor of ${flow} is weakened: ${change}`],
    [to > from && `The second factor of ${flow} is strengthened: ${change}`],
  );
}

function lostClaims(before: Inputs, after: Inputs, flow: string): Consequences {
  const lost = missing(textsIn(before, 'claims'), textsIn(after, 'claims'));
  return consequences([
    lost.length > 0 && `Tokens of ${flow} lack ${lost.join(', ')}: applications that read it break.`,
  ]);
}

function lostProviders(before: Inputs, after: Inputs, flow: string): Consequences {
  const lost = missing(textsIn(before, 'identityProviders'), textsIn(after, 'identityProviders'));
  return consequences(lost.map((provider) => `Whoever signs in to ${flow} with ${provider} can't any more.`));
}

/** Steps at which a user flow calls APIs: an API is told of people, and its answers count. */
function changedCalls(before: Inputs, after: Inputs, flow: string): Consequences {
  const [old, now] = [callsOf(before), callsOf(after)];
  return consequences(
    [...old].map(([step, from]) => {
      const to = now.get(step);
      if (to === from) return undefined;
      return to === undefined
        ? `${flow} calls no API at ${step} any more: what it refused there is let through.`
        : `${flow} calls ${to} at ${step} instead of ${from}: that API is told of people, and its answers count.`;
    }),
    [...now].map(
      ([step, to]) =>
        !old.has(step) && `${flow} calls ${to} at ${step} from now on: it is told of people, and its answers count.`,
    ),
  );
}

/** Names of the APIs that a user flow calls, by step. */
function callsOf(inputs: Inputs): ReadonlyMap<string, string> {
  return new Map(
    objectsIn(inputs, 'apiConnectors').map((one) => [textIn(one, 'step') ?? '', textIn(one, 'connector') ?? '']),
  );
}

/** Calls of a user flow by their steps, so that a comparison says at which one another API is called. */
function callsByStep(inputs: Inputs): Inputs {
  const calls = objectsIn(inputs, 'apiConnectors').map((one) => [textIn(one, 'step') ?? '', one['connector']]);
  return { apiConnectors: Object.fromEntries(calls) as Inputs };
}

/** Inputs of a user flow of B2C beside its name, as `entragraph:index:UserFlow` takes them. */
interface B2cFlowInputs<Id = string> {
  readonly userFlowType: UserFlow['type'];
  readonly multifactor?: NonNullable<UserFlow['multifactor']>;
  readonly attributes?: readonly B2cAttribute<Id>[];
  readonly claims?: readonly string[];
  readonly identityProviders?: readonly (Id | string)[];
  readonly apiConnectors?: readonly { readonly step: ConnectorStep; readonly connector: Id | string }[];
  readonly isLanguageCustomizationEnabled?: boolean;
  readonly defaultLanguageTag?: string;
  readonly languages?: readonly string[];
  readonly pageTexts?: readonly Readonly<PageText>[];
}

/** Inputs of a user flow of External ID beside its name, as `entragraph:index:AuthenticationEventsFlow` takes them. */
interface ExternalFlowInputs<Id = string> {
  readonly isSignUpAllowed: boolean;
  readonly attributes?: readonly ExternalAttribute<Id>[];
  readonly identityProviders: readonly (Id | string)[];
}

/** Something of a user flow that is declared: keys of the flow, and the texts of its pages. */
type FlowPart = FlowProperty | 'texts';

type Entry = CustomersWords['userFlows'][number];
type Shown = string | readonly string[] | readonly NamedText[];

/** Effect of a change of a property on people: none that anybody must know, or what the sentences on it tell. */
type Meaning =
  | { readonly means: 'harmless' }
  | {
      readonly means: 'lets in' | 'locks out' | 'passes the second factor' | 'hides';
      /** Sentences on a change, about the flow of this name. */
      readonly changes: (before: Inputs, after: Inputs, flow: string) => Consequences;
    };

/** A property of user flows, of both kinds of directories. */
type FlowRecord = Meaning & {
  /** Properties of Microsoft's types that it is: of `b2cIdentityUserFlow`, and of `externalUsersSelfServiceSignUpEventsFlow`. */
  readonly graph: readonly string[];
  /** Inputs of a flow of B2C. @default B2C has no such property, or a person sets it */
  readonly b2c?: <Id>(flow: UserFlow, names: FlowReferences<Id>) => Partial<B2cFlowInputs<Id>> | undefined;
  /** Inputs of a flow of External ID. @default `checkExternalIdFlow` refuses the key */
  readonly external?: <Id>(flow: UserFlow, names: FlowReferences<Id>) => Partial<ExternalFlowInputs<Id>> | undefined;
  /** Value in a report. @default a report leaves it out */
  readonly shown?: (inputs: Inputs) => Shown | undefined;
  /** Title of the column in a report. @default it stands elsewhere */
  readonly title?: string;
  /** Difference of a directory from what is declared, after 'it is not as declared'. @default Graph can't tell, or a check of its own does */
  readonly drift?: (found: Inputs, declared: Inputs) => string | undefined;
  /** Entry of the estate file for what the directory has. @default an import leaves it */
  readonly entry?: (inputs: Inputs) => Partial<Entry>;
  /** The same inputs with a name for each part, so that a comparison says which one differs. */
  readonly named?: (inputs: Inputs) => Inputs;
};

/** In the order of a report. A property of `UserFlow` that is missing here does not compile. */
export const FLOW_PROPERTIES = {
  type: {
    graph: ['userFlowType', 'onInteractiveAuthFlowStart'],
    means: 'lets in',
    changes: changedSignUp,
    b2c: ({ type }) => ({ userFlowType: type }),
    external: ({ type }) => ({ isSignUpAllowed: type === 'signUpOrSignIn' }),
    shown: typeIn,
    drift: (found, declared) => {
      if ('userFlowType' in declared) {
        return `its type is ${textIn(found, 'userFlowType') ?? 'unknown'}, not ${typeIn(declared)}`;
      }
      return flagIn(found, 'isSignUpAllowed') === true ? 'anyone can sign up' : 'no one can sign up';
    },
    entry: (inputs) => ({ type: knownType(typeIn(inputs)) }),
  },
  multifactor: {
    graph: [],
    means: 'passes the second factor',
    changes: changedFactor,
    b2c: ({ multifactor }) => multifactor && { multifactor },
    title: 'Second factor',
    shown: (inputs) => {
      if (textIn(inputs, 'userFlowId') === undefined) return 'by Conditional Access';
      const { state, method } = objectIn(inputs, 'multifactor');
      if (typeof state !== 'string') return 'not managed';
      return typeof method === 'string' ? `${state}, ${method}` : state;
    },
  },
  attributes: {
    graph: ['userAttributeAssignments', 'onAttributeCollection'],
    means: 'harmless',
    b2c: b2cAttributes,
    external: externalAttributes,
    title: 'Asks for',
    shown: shownAttributes,
    drift: otherAttributes,
    entry: attributeEntries,
  },
  claims: {
    graph: [],
    means: 'locks out',
    changes: lostClaims,
    b2c: ({ claims }) => (claims.length === 0 ? undefined : { claims: claims.toSorted() }),
    title: 'Tokens carry',
    shown: (inputs) => textsIn(inputs, 'claims'),
  },
  identityProviders: {
    graph: ['identityProviders', 'userFlowIdentityProviders', 'onAuthenticationMethodLoadStart'],
    means: 'locks out',
    changes: lostProviders,
    b2c: (flow, names) => (flow.identityProviders.length === 0 ? undefined : providersOf(flow, names)),
    external: providersOf,
    title: 'Identity providers',
    shown: (inputs) => textsIn(inputs, 'identityProviders'),
    drift: (...sides) => {
      const [is = '', wanted = ''] = sides.map((side) => textsIn(side, 'identityProviders').join(', '));
      return `its identity providers are ${is || 'none'}, not ${wanted}`;
    },
    entry: (inputs) => ({ identityProviders: [...textsIn(inputs, 'identityProviders')] }),
  },
  apiConnectors: {
    graph: ['apiConnectorConfiguration'],
    means: 'lets in',
    changes: changedCalls,
    b2c: ({ apiConnectors }, names) =>
      apiConnectors && {
        apiConnectors: CONNECTOR_STEPS.flatMap((step) => {
          const connector = apiConnectors[step];
          return connector === undefined ? [] : [{ step, connector: names.apiConnectors?.get(connector) ?? connector }];
        }),
      },
    title: 'Calls',
    shown: (inputs) =>
      objectsIn(inputs, 'apiConnectors').map(
        (one) => `${textIn(one, 'step') ?? ''}: ${textIn(one, 'connector') ?? ''}`,
      ),
    named: callsByStep,
  },
  languages: {
    graph: ['isLanguageCustomizationEnabled', 'defaultLanguageTag', 'languages'],
    means: 'harmless',
    b2c: ({ languages }) =>
      languages && {
        isLanguageCustomizationEnabled: true,
        defaultLanguageTag: languages.default,
        languages: languages.shown.toSorted(),
      },
    title: 'Languages',
    shown: (inputs) => textsIn(inputs, 'languages'),
    drift: (...sides) => `its languages are ${sides.map(languageWords).join(', not ')}`,
  },
  texts: {
    graph: ['languages/overridesPages'],
    means: 'harmless',
    b2c: (flow) => {
      const pageTexts = pageTextsOf(flow);
      return pageTexts.length === 0 ? undefined : { pageTexts };
    },
    shown: (inputs) => {
      const texts = namedTexts(inputs);
      return texts.length === 0 ? undefined : texts;
    },
    drift: otherTexts,
    named: textsByName,
  },
  tokens: { graph: [], means: 'harmless' },
  pages: { graph: [], means: 'harmless' },
} as const satisfies Readonly<Record<FlowPart, FlowRecord>>;

type Properties = typeof FLOW_PROPERTIES;
/** Properties of which the record has something. */
type With<Key extends string> = {
  [Part in FlowPart]: Properties[Part] extends Readonly<Record<Key, unknown>> ? Part : never;
}[FlowPart];
/** Properties that a report shows, and those that have a column in it. */
type ShownPart = With<'shown'>;
type TitledPart = With<'title'>;

function providersOf<Id>(
  { identityProviders }: UserFlow,
  { identityProviders: ids }: FlowReferences<Id>,
): { readonly identityProviders: readonly (Id | string)[] } {
  return { identityProviders: identityProviders.toSorted().map((one) => ids?.get(one) ?? one) };
}

/** External ID knows two types, by whether people may sign up. */
function typeIn(inputs: Inputs): string {
  const isOpen = flagIn(inputs, 'isSignUpAllowed') !== false;
  return textIn(inputs, 'userFlowType') ?? (isOpen ? 'signUpOrSignIn' : 'signIn');
}

/** @throws Error for a type that Graph does not document */
function knownType(type: string): UserFlow['type'] {
  const known = FLOW_TYPES.find((one) => one === type);
  if (known !== undefined) return known;
  throw new Error(`a user flow is of the type '${type}', which is unknown`);
}

function languageWords(inputs: Inputs): string {
  if (flagIn(inputs, 'isLanguageCustomizationEnabled') !== true) return 'none';
  return `${textsIn(inputs, 'languages').join(', ')} (by default ${textIn(inputs, 'defaultLanguageTag') ?? 'none'})`;
}

const RECORDS: readonly FlowRecord[] = Object.values(FLOW_PROPERTIES);

/** A user flow of either kind of directory, as the provider reads it. */
export interface FoundFlow {
  readonly id: string;
  readonly inputs: Inputs;
}

/** Name in the estate: of B2C the id, of External ID the display name. */
export function flowName(inputs: Inputs): string {
  return textIn(inputs, 'userFlowId') ?? textIn(inputs, 'displayName') ?? '';
}

/** Inputs of a user flow of B2C beside its name. */
export function b2cFlow<Id = string>(flow: UserFlow, names: FlowReferences<Id> = {}): B2cFlowInputs<Id> {
  return merged(RECORDS.map(({ b2c }) => b2c?.(flow, names)));
}

/** Inputs of a user flow of External ID beside its name. */
export function externalFlow<Id = string>(flow: UserFlow, names: FlowReferences<Id> = {}): ExternalFlowInputs<Id> {
  return merged(RECORDS.map(({ external }) => external?.(flow, names)));
}

/** Inputs of a user flow of B2C that a directory is compared with, beside its name. */
export function comparedFlow(flow: UserFlow): B2cFlowInputs {
  return merged(RECORDS.map(({ b2c, drift }) => drift && b2c?.(flow, {})));
}

/** Differences of a flow in a directory, each as the end of 'it is not as declared'. */
export function flowDrift(
  found: Inputs,
  flow: UserFlow,
  { kind, names }: { readonly kind: DirectoryType; readonly names: FlowReferences },
): readonly string[] {
  return RECORDS.flatMap(({ b2c, external, drift }) => {
    const declared: Inputs | undefined = kind === 'b2c' ? b2c?.(flow, names) : external?.(flow, names);
    if (declared === undefined || satisfies(found, declared)) return [];
    return drift?.(found, declared) ?? [];
  });
}

/** Values of a flow in a report. */
type ShownFlow = { readonly [Part in ShownPart]: ReturnType<(typeof FLOW_PROPERTIES)[Part]['shown']> };

export function shownFlow(inputs: Inputs): ShownFlow {
  return Object.fromEntries(
    Object.entries<FlowRecord>(FLOW_PROPERTIES).flatMap(([part, { shown }]) => {
      const value = shown?.(inputs);
      return value === undefined ? [] : [[part, value]];
    }),
  ) as ShownFlow;
}

/** Columns of a report, by the property that each shows. */
export const FLOW_TITLES = Object.entries<FlowRecord>(FLOW_PROPERTIES).flatMap(([part, { title }]) =>
  title === undefined ? [] : [[part, title] as const],
) as readonly (readonly [TitledPart, string])[];

/** Effects of a change of a flow on people, in sentences. */
export function flowChanges(before: Inputs, after: Inputs, flow: string): Consequences {
  const all = RECORDS.flatMap((one) => ('changes' in one ? [one.changes(before, after, flow)] : []));
  return consequences(
    all.flatMap(({ dangers }) => dangers),
    all.flatMap(({ notes }) => notes),
  );
}

/** Inputs of a flow with a name for each part, so that a comparison says which one differs. */
export function namedFlow(inputs: Inputs): Inputs {
  return { ...inputs, ...merged(RECORDS.map(({ named }) => named?.(inputs))) };
}

/** Entry of the estate file for a flow, without its name and use. */
export function flowEntry(inputs: Inputs): Partial<CustomersWords['userFlows'][number]> {
  return merged(RECORDS.map(({ entry }) => entry?.(inputs)));
}
