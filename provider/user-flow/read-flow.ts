import { MANUAL_SETTINGS } from './manual-settings';
import { readOrGone } from '../graph/steps';
import type { Context, Known, Live } from '../resource';
import { mappingsIn, present, type Properties, textOf, type Value } from '../values';
import { isMeant } from '../graph/user-attributes';
import { readAssignments, type Assignment } from './attributes';
import { canonicalInputType, type FlowAttribute, UserFlowInputs } from './inputs';
import { identityProvidersOf, readLanguages, WITH_IDENTITY_PROVIDERS } from './links';
import { refusedSteps, stepsMessage, unrecordedSteps } from './manual-steps';
import { flowPath, SETTINGS } from './settings';

/**
 * A user flow in the words of its inputs. With known inputs only what they declare is read: what Graph adds by itself makes no
 * difference. On import everything is. What Graph has no property for is as declared, with the steps that are left.
 */
export async function readFlow(
  id: string,
  stored: Known<UserFlowInputs> | undefined,
  context: Context,
): Promise<Live | undefined> {
  const known = stored && lastTried(stored);
  const flow = await readOrGone(context, () => context.graph.find(flowPath(id), queryFor(known)));
  if (flow === undefined) return undefined;
  const parts = await readParts(context, flow, known?.inputs);
  const kept = namesOf(known?.outputs['keptAttributes']);
  const live = present({
    userFlowId: textOf(flow['id']),
    userFlowType: flow['userFlowType'],
    userFlowTypeVersion: flow['userFlowTypeVersion'],
    ...documentedOf(flow, known?.inputs),
    attributes: parts.attributes && attributesOf(parts.attributes, known?.inputs.attributes, kept),
    identityProviders: parts.identityProviders,
    languages: parts.languages,
  });
  return known === undefined
    ? { inputs: { ...live, manualSteps: 'fail' }, outputs: { keptAttributes: kept, pendingManualSteps: [] } }
    : withSteps(live, kept, known);
}

/** Identity providers come with a flow that declares them, or of which nothing is known yet. */
function queryFor(known: Known<UserFlowInputs> | undefined): typeof WITH_IDENTITY_PROVIDERS | undefined {
  return known === undefined || known.inputs.identityProviders !== undefined ? WITH_IDENTITY_PROVIDERS : undefined;
}

/**
 * Inputs that were declared last. Of an update that left a step the engine keeps the old inputs, beside the outputs of
 * what was tried (pulumi/pulumi#2011); reading by the old ones would lose the step.
 */
function lastTried(known: Known<UserFlowInputs>): Known<UserFlowInputs> {
  const { outputs } = known;
  const isUnfinished = outputs['manualSteps'] === 'fail' && mappingsIn(outputs['pendingManualSteps']).length > 0;
  if (!isUnfinished) return known;
  const keys = Object.keys(UserFlowInputs.shape);
  const tried = UserFlowInputs.safeParse(present(Object.fromEntries(keys.map((key) => [key, outputs[key]]))));
  return tried.success ? { inputs: tried.data, outputs } : known;
}

/**
 * Until its steps are done, a flow that must not go without them is not finished: the next update must say so again. Of a
 * refused setting the declaration stands in for what the service has, so that the next read still knows what was wanted.
 */
function withSteps(live: Properties, kept: readonly string[], { inputs, outputs }: Known<UserFlowInputs>): Live {
  const declared = inputs as Properties;
  const refused = refusedSteps(outputs, { declared, live });
  const asDeclared = [
    ...MANUAL_SETTINGS,
    'doneByHand',
    'manualSteps',
    ...refused.map((step) => textOf(step['property'])),
  ];
  const steps = [...refused, ...unrecordedSteps(inputs).map((step) => ({ ...step }))];
  const isUnfinished = inputs.manualSteps === 'fail' && steps.length > 0;
  return {
    inputs: { ...live, ...present(Object.fromEntries(asDeclared.map((key) => [key, declared[key]]))) },
    outputs: { keptAttributes: kept, pendingManualSteps: steps },
    ...(isUnfinished && { initErrors: [stepsMessage(inputs.userFlowId, steps)] }),
  };
}

interface Parts {
  readonly attributes?: readonly Assignment[];
  readonly identityProviders?: readonly string[];
  readonly languages?: readonly string[];
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
  };
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
  const choices = Array.isArray(userAttributeValues) && userAttributeValues.length > 0;
  return present({
    attribute: declared?.attribute ?? id,
    displayName: isShown('displayName') && typeof displayName === 'string' ? displayName : undefined,
    isOptional: body['isOptional'] === true,
    requiresVerification: body['requiresVerification'] === true,
    userInputType: canonicalInputType(body['userInputType']),
    userAttributeValues: isShown('userAttributeValues') && choices ? userAttributeValues : undefined,
  });
}

function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
