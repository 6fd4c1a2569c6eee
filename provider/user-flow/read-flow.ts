import { isMeant, readOrGone } from '../graph/steps';
import type { Context, Known, Live } from '../resource';
import { mappingsIn, present, type Properties, textOf, textsOf, type Value } from '../values';
import { readAssignments, type Assignment } from './attributes';
import {
  findConnectors,
  type FlowConnector,
  flowPath,
  identityProvidersOf,
  readConnectors,
  readLanguages,
  SETTINGS,
  WITH_IDENTITY_PROVIDERS,
} from './links';
import { canonicalInputType, type FlowAttribute, type PageText, type UserFlowInputs } from './inputs';
import { readTexts } from './page-texts';

/**
 * A user flow in the words of its inputs. With known inputs only what they declare is read: what Graph adds by itself makes no
 * difference. On import everything is but the texts of pages. What Graph has no property for is as declared.
 */
export async function readFlow(
  id: string,
  known: Known<UserFlowInputs> | undefined,
  context: Context,
): Promise<Live | undefined> {
  const flow = await readOrGone(context, () => context.graph.find(flowPath(id), queryFor(known)));
  if (flow === undefined) return undefined;
  const parts = await readParts(context, flow, known?.inputs);
  const kept = textsOf(known?.outputs['keptAttributes']);
  const live = present({
    userFlowId: textOf(flow['id']),
    userFlowType: flow['userFlowType'],
    userFlowTypeVersion: flow['userFlowTypeVersion'],
    ...documentedOf(flow, known?.inputs),
    attributes: parts.attributes && attributesOf(parts.attributes, known?.inputs.attributes, kept),
    identityProviders: parts.identityProviders,
    languages: parts.languages,
    apiConnectors: parts.apiConnectors?.map((one) => ({ ...one })),
    pageTexts: parts.pageTexts?.map((one) => ({ ...one })),
  });
  return known === undefined ? { inputs: live, outputs: { keptAttributes: kept } } : withUntold(live, kept, known);
}

/** Identity providers come with a flow that declares them, or of which nothing is known yet. */
function queryFor(known: Known<UserFlowInputs> | undefined): typeof WITH_IDENTITY_PROVIDERS | undefined {
  return known === undefined || known.inputs.identityProviders !== undefined ? WITH_IDENTITY_PROVIDERS : undefined;
}

/** Adds what Graph has no property for, as declared: nothing that can be read says otherwise. */
function withUntold(live: Properties, kept: readonly string[], { inputs }: Known<UserFlowInputs>): Live {
  const { multifactor, claims } = inputs;
  return { inputs: { ...live, ...present({ multifactor, claims }) }, outputs: { keptAttributes: kept } };
}

interface Parts {
  readonly attributes?: readonly Assignment[];
  readonly identityProviders?: readonly string[];
  readonly languages?: readonly string[];
  readonly apiConnectors?: readonly FlowConnector[];
  readonly pageTexts?: readonly PageText[];
}

async function readParts(context: Context, flow: Properties, declared: UserFlowInputs | undefined): Promise<Parts> {
  const path = flowPath(textOf(flow['id']));
  // Without language customization a flow has one language, which can't be declared.
  const hasLanguages = flow['isLanguageCustomizationEnabled'] === true;
  const isRead = (key: keyof Parts): boolean =>
    declared === undefined ? key !== 'languages' || hasLanguages : declared[key] !== undefined;
  return {
    ...(isRead('attributes') && { attributes: await readAssignments(context, path) }),
    ...(isRead('identityProviders') && { identityProviders: identityProvidersOf(flow) }),
    ...(isRead('languages') && { languages: await readLanguages(context, path) }),
    ...(declared?.pageTexts && { pageTexts: await readTexts(context, path, declared.pageTexts) }),
    ...(isRead('apiConnectors') && (await connectorsOf(context, path, declared))),
  };
}

/** Of an import only where there are some, and who reads may see them. */
async function connectorsOf(
  context: Context,
  path: string,
  declared: UserFlowInputs | undefined,
): Promise<Pick<Parts, 'apiConnectors'>> {
  if (declared !== undefined) return { apiConnectors: await readConnectors(context, path) };
  const found = await findConnectors(context, path);
  return found === undefined || found.length === 0 ? {} : { apiConnectors: found };
}

function documentedOf(flow: Properties, declared: UserFlowInputs | undefined): Properties {
  const shown = SETTINGS.filter((key) => declared === undefined || declared[key] !== undefined);
  return Object.fromEntries(shown.map((key) => [key, flow[key] ?? undefined]));
}

function attributesOf(
  live: readonly Assignment[],
  declared: readonly FlowAttribute[] = [],
  kept: readonly string[],
): readonly Value[] {
  return live.flatMap((assignment) => {
    const meant = declared.find(({ attribute }) =>
      isMeant(attribute, { id: assignment.id, name: assignment.attributeName }),
    );
    if (meant === undefined && kept.includes(assignment.id)) return [];
    return [attributeOf(assignment, meant)];
  });
}

function attributeOf({ id, body }: Assignment, declared: FlowAttribute | undefined): Properties {
  const { displayName, userAttributeValues } = body;
  const isShown = (key: 'displayName' | 'userAttributeValues'): boolean =>
    declared === undefined || declared[key] !== undefined;
  const choices = mappingsIn(userAttributeValues).map(choiceOf);
  return present({
    attribute: declared?.attribute ?? id,
    displayName: isShown('displayName') && typeof displayName === 'string' ? displayName : undefined,
    isOptional: body['isOptional'] === true,
    requiresVerification: body['requiresVerification'] === true,
    userInputType: canonicalInputType(body['userInputType']),
    userAttributeValues: isShown('userAttributeValues') && choices.length > 0 ? choices : undefined,
  });
}

/** A choice in the words of its input: Graph may leave out, or answer with null, what is not the default. */
function choiceOf({ name, value, isDefault }: Properties): Properties {
  return { name: textOf(name), value: textOf(value), isDefault: isDefault === true };
}
