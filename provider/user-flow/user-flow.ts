import { createOnce, deleteUntilGone, isMeant } from '../graph/steps';
import { isImported } from '../diff';
import { repeated, repeatedAttributes } from '../inputs';
import {
  type Change,
  type Context,
  type Created,
  type Failure,
  keepOnFault,
  type Known,
  knownInputs,
  type Live,
  type ResourceType,
} from '../resource';
import { hasUnknown, mappingsIn, present, type Properties, textOf, textsOf, UNKNOWN, type Value } from '../values';
import { convergeAttributes, getAssignments } from './attributes';
import {
  convergeConnectors,
  convergeIdentityProviders,
  convergeLanguages,
  convergeSetting,
  flowPath,
  SETTINGS,
} from './links';
import { type PageText, textKey, textsIn, UserFlowInputs, withDefaults } from './inputs';
import { convergeTexts, readAllTexts } from './page-texts';
import { readFlow } from './read-flow';

/** Attributes that Azure AD B2C can verify by sending a code. */
const VERIFIABLE = /^(e-?mail|phone)/i;

/** Rules that the shape of the inputs does not say. */
function userFlowRules(inputs: Properties): readonly Failure[] {
  return [
    ...repeatedAttributes(inputs),
    ...mappingsIn(inputs['attributes']).flatMap(verificationRules),
    ...languageRules(inputs),
    ...textRules(inputs),
    ...connectorRules(inputs),
  ];
}

function verificationRules(entry: Properties, index: number): readonly Failure[] {
  const name = textOf(entry['attribute']);
  if (entry['requiresVerification'] !== true || name === UNKNOWN || VERIFIABLE.test(name)) return [];
  const reason = `'${name}' can't be verified; only an e-mail address or a phone number can`;
  return [{ property: `attributes[${index}].requiresVerification`, reason }];
}

const ONE_LANGUAGE = 'need isLanguageCustomizationEnabled: true; without it the flow shows one language only';

function languageRules(inputs: Properties): readonly Failure[] {
  const { languages, isLanguageCustomizationEnabled, defaultLanguageTag } = inputs;
  if (!Array.isArray(languages)) return [];
  const failures: Failure[] = [];
  if (isLanguageCustomizationEnabled === false || isLanguageCustomizationEnabled === undefined) {
    failures.push({ property: 'languages', reason: ONE_LANGUAGE });
  }
  const isListed = typeof defaultLanguageTag !== 'string' || languages.includes(defaultLanguageTag);
  if (!isListed && !languages.includes(UNKNOWN) && defaultLanguageTag !== UNKNOWN) {
    failures.push({ property: 'defaultLanguageTag', reason: `'${defaultLanguageTag}' is not among languages` });
  }
  return failures;
}

/** Texts are of languages that the flow shows; each text once. */
function textRules({ pageTexts, languages, isLanguageCustomizationEnabled }: Properties): readonly Failure[] {
  if (pageTexts === undefined) return [];
  const texts = mappingsIn(pageTexts);
  const keys = textsIn({ pageTexts }).map((text) => (hasUnknown(text) ? UNKNOWN : textKey(text)));
  const isShown = (tag: Value | undefined): boolean =>
    !Array.isArray(languages) || tag === UNKNOWN || languages.includes(UNKNOWN) || languages.includes(textOf(tag));
  return [
    ...(isLanguageCustomizationEnabled === false || isLanguageCustomizationEnabled === undefined
      ? [{ property: 'pageTexts', reason: ONE_LANGUAGE }]
      : []),
    ...texts.flatMap(({ language }, index) =>
      isShown(language)
        ? []
        : [{ property: `pageTexts[${index}].language`, reason: `'${textOf(language)}' is not among languages` }],
    ),
    ...repeated(keys, (index, first) => ({
      property: `pageTexts[${index}]`,
      reason: `is declared already, as pageTexts[${first}]; a page has each text once`,
    })),
  ];
}

/** A step calls one API. */
function connectorRules({ apiConnectors }: Properties): readonly Failure[] {
  const steps = mappingsIn(apiConnectors).map(({ step }) => textOf(step));
  return repeated(steps, (index, first) => ({
    property: `apiConnectors[${index}].step`,
    reason: `'${steps[index] ?? ''}' is listed already, as apiConnectors[${first}]; a step calls one connector`,
  }));
}

/** Inputs that Graph has no property for: a person makes them, and of an import the declaration's word counts. */
const UNTOLD = ['multifactor', 'claims'] as const;

/** User flows of an Azure AD B2C directory: https://learn.microsoft.com/graph/api/resources/b2cidentityuserflow */
export const userFlow: ResourceType<UserFlowInputs> = {
  schema: UserFlowInputs,
  // The id is the flow's name in every address of the sign-in; Graph has no way to change these three.
  replaceOn: ['userFlowId', 'userFlowType', 'userFlowTypeVersion'],
  identity: ['userFlowId'],
  recorded: ['keptAttributes', 'ownTexts'],
  // A connector can't be deleted while a flow calls it, and no one else would take a text away.
  endWith: [...UNTOLD, 'apiConnectors', 'pageTexts'],
  withDefaults,
  rules: userFlowRules,
  asDeclared,
  create,
  read,
  update,
  delete: (id, _, context) => deleteUntilGone(context, flowPath(id)),
};

/** Keeps what no one declares of a flow that is taken over. */
function asDeclared({ apiConnectors, pageTexts, ...read }: Properties, declared: Properties): Properties {
  const keys = new Set(textsIn(declared).map(textKey));
  const texts = textsIn({ pageTexts }).filter((text) => keys.has(textKey(text)));
  return present({
    ...read,
    ...(declared['apiConnectors'] !== undefined && { apiConnectors }),
    ...(declared['pageTexts'] !== undefined && { pageTexts: texts.map((text) => present({ ...text })) }),
    ...pick(declared, UNTOLD),
  });
}

/** On import also every text of the languages that it shows; there are many, so that a look-up leaves them out. */
async function read(id: string, known: Known<UserFlowInputs> | undefined, context: Context): Promise<Live | undefined> {
  const live = await readFlow(id, known, context);
  if (live === undefined) return undefined;
  if (known !== undefined)
    return { ...live, outputs: { ...live.outputs, ...present(pick(known.outputs, ['ownTexts'])) } };
  const languages = textsOf(live.inputs['languages']);
  const pageTexts = await readAllTexts(context, flowPath(textOf(live.inputs['userFlowId'])), languages);
  if (pageTexts.length === 0) return live;
  return { ...live, inputs: { ...live.inputs, pageTexts: pageTexts.map((text) => present({ ...text })) } };
}

function pick(properties: Properties, keys: readonly string[]): Properties {
  return Object.fromEntries(keys.map((key) => [key, properties[key]]));
}

async function create(inputs: UserFlowInputs, context: Context): Promise<Created> {
  const { flow, isNew } = await adoptOrCreate(inputs, context);
  const id = textOf(flow['id']);
  const kept = await keepOnFault({ id, outputs: {} }, () => undeclaredAttributes(inputs, { context, id }));
  // Those of a flow that somebody made look like those that Graph gives a new one.
  if (!isNew && kept.length > 0)
    context.warn(`the user flow '${id}' asks for attributes that are not declared, and keeps them: ${kept.join(', ')}`);
  const outputs = outputsOf(inputs, kept);
  return { id, outputs: await keepOnFault({ id, outputs }, () => converge({ context, id, inputs, kept })) };
}

/**
 * A flow of this id is taken over: it can only be what an earlier, interrupted attempt left, or the one that is meant. One
 * whose id differs in case is not: where a declaration changed the case alone, it is the old one, which goes next.
 */
async function adoptOrCreate(
  inputs: UserFlowInputs,
  context: Context,
): Promise<{ readonly flow: Properties; readonly isNew: boolean }> {
  const { graph } = context;
  const { userFlowId, userFlowType, userFlowTypeVersion } = inputs;
  const path = flowPath(userFlowId);
  const body = { id: userFlowId, userFlowType, userFlowTypeVersion };
  const existing = await graph.find(path);
  const flow =
    existing ??
    (await createOnce(context, {
      post: () =>
        graph.send({ method: 'POST', path: '/beta/identity/b2cUserFlows', body, once: true, missing: 'lags' }),
      find: () => graph.find(path),
    }));
  if (flow['id'] !== userFlowId) {
    throw new Error(
      `the directory has a user flow '${textOf(flow['id'])}', and ids that differ from it in case alone mean the same flow; ` +
        'declare it by that id, or delete that flow',
    );
  }
  if (flow['userFlowType'] === userFlowType && flow['userFlowTypeVersion'] === userFlowTypeVersion) {
    if (existing !== undefined) context.warn(`the user flow '${userFlowId}' exists already and is taken over`);
    return { flow, isNew: existing === undefined };
  }
  const found = `${textOf(flow['userFlowType'])}, version ${textOf(flow['userFlowTypeVersion'])}`;
  throw new Error(
    `the directory has a user flow '${userFlowId}' already, but of another type (${found}); ` +
      'choose another userFlowId, or delete that flow',
  );
}

/** Attributes that a new flow has from Graph: they are left alone. */
async function undeclaredAttributes(
  { attributes }: UserFlowInputs,
  { context, id }: { readonly context: Context; readonly id: string },
): Promise<readonly string[]> {
  if (attributes === undefined) return [];
  const assignments = await getAssignments(context, flowPath(id));
  return assignments
    .filter((one) => !attributes.some((entry) => isMeant(entry.attribute, { id: one.id, name: one.attributeName })))
    .map((one) => one.id);
}

async function update(id: string, { olds, news }: Change<UserFlowInputs>, context: Context): Promise<Properties> {
  // Those that an import found are not declared no more: they never were.
  const isEnding = olds.inputs['apiConnectors'] !== undefined && !isImported(olds.inputs);
  const { apiConnectors = isEnding ? [] : undefined } = news;
  return converge({
    context,
    id,
    inputs: { ...news, ...(apiConnectors && { apiConnectors }) },
    kept: textsOf(olds.outputs['keptAttributes']),
    olds,
  });
}

interface Goal {
  readonly context: Context;
  readonly id: string;
  readonly inputs: UserFlowInputs;
  /** Undeclared attributes that stay. */
  readonly kept: readonly string[];
  /** @default the state knows nothing of the flow yet */
  readonly olds?: Known<Properties>;
}

/** Makes an existing flow as declared, as far as Graph has a property for it, and returns its outputs. */
async function converge({ context, id, inputs, kept, olds }: Goal): Promise<Properties> {
  const flow = flowPath(id);
  const { attributes: declared, identityProviders, languages, apiConnectors, pageTexts = [] } = inputs;
  const before = knownInputs(olds);
  const attributes = mappingsIn(before['attributes']).map(({ attribute }) => textOf(attribute));
  if (declared) await convergeAttributes(context, { flow, declared, kept, known: attributes });
  if (identityProviders) {
    const goal = { flow, wanted: identityProviders, known: textsOf(before['identityProviders']) };
    await convergeIdentityProviders(context, goal);
  }
  for (const setting of SETTINGS.filter((one) => inputs[one] !== undefined)) {
    await convergeSetting(context, flow, { [setting]: inputs[setting] });
  }
  if (languages) await convergeLanguages(context, { flow, wanted: languages, known: textsOf(before['languages']) });
  const texts = { wanted: pageTexts, before: olds ? ownTexts(olds) : [], known: textsIn(before) };
  await convergeTexts(context, { flow, ...texts });
  if (apiConnectors) await convergeConnectors(context, flow, apiConnectors);
  return outputsOf(inputs, kept);
}

/** `ownTexts` tells texts of the declaration from those of others, which a read may find beside them. */
function outputsOf({ pageTexts = [] }: UserFlowInputs, kept: readonly string[]): Properties {
  return { keptAttributes: kept, ownTexts: pageTexts.map(textKey) };
}

/** Texts of a state that were declared: an import, and a read of what no declaration could say, find those of others too. */
function ownTexts({ inputs, outputs }: Known<Properties>): readonly PageText[] {
  const texts = textsIn(inputs);
  if (outputs['ownTexts'] !== undefined) {
    const own = new Set(textsOf(outputs['ownTexts']));
    return texts.filter((text) => own.has(textKey(text)));
  }
  return isImported(inputs) || !UserFlowInputs.safeParse(inputs).success ? [] : texts;
}
