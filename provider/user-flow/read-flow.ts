import { readOrGone } from '../graph/steps';
import type { Context, Known, Live } from '../resource';
import { isProperties, mappingsIn, present, type Properties, satisfies, textOf, type Value } from '../values';
import { isMeant, readAssignments, type Assignment } from './attributes';
import { canonicalInputType, type FlowAttribute, type UserFlowInputs } from './inputs';
import { readIdentityProviders, readLanguages } from './links';
import { actualSetting, LOOSE_SETTINGS } from './settings';

/** Path of a flow. */
export function flowPath(id: string): string {
  return `/beta/identity/b2cUserFlows/${encodeURIComponent(id)}`;
}

/**
 * A user flow in the words of its inputs. With known inputs only what they declare is read: what Graph adds by itself is no
 * difference. On import everything is.
 */
export async function readFlow(
  id: string,
  known: Known<UserFlowInputs> | undefined,
  context: Context,
): Promise<Live | undefined> {
  const path = flowPath(id);
  const flow = await readOrGone(context, () => context.graph.find(path));
  if (flow === undefined) return undefined;
  const parts = await readParts(context, flow, known?.inputs);
  const kept = namesOf(known?.outputs['keptAttributes']);
  const steps = mappingsIn(known?.outputs['pendingManualSteps']);
  const settings = settingsOf(flow, known, steps);
  const inputs = present({
    userFlowId: textOf(flow['id']),
    userFlowType: flow['userFlowType'],
    userFlowTypeVersion: flow['userFlowTypeVersion'],
    ...documentedOf(flow, known?.inputs),
    attributes: parts.attributes && attributesOf(parts.attributes, known?.inputs.attributes, kept),
    identityProviders: parts.identityProviders,
    languages: parts.languages,
    ...settings.values,
    manualSteps: known?.inputs.manualSteps ?? 'fail',
  });
  const pending = steps.filter((step) => settings.pending.includes(textOf(step['property'])));
  return { inputs, outputs: { keptAttributes: kept, pendingManualSteps: pending } };
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
    ...(isRead('identityProviders') && { identityProviders: await readIdentityProviders(context, path) }),
    ...(isRead('languages') && { languages: await readLanguages(context, path) }),
  };
}

function documentedOf(flow: Properties, declared: UserFlowInputs | undefined): Properties {
  const keys = ['isLanguageCustomizationEnabled', 'defaultLanguageTag'] as const;
  const shown = keys.filter((key) => declared === undefined || declared[key] !== undefined);
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

interface Settings {
  readonly values: Properties;
  /** Inputs whose manual step is still to be done. */
  readonly pending: readonly string[];
}

/**
 * While a manual step waits, the declaration stands in for what the service has: updating again would change nothing. The
 * step itself stays in `pendingManualSteps` until the service reads as declared.
 */
function settingsOf(
  flow: Properties,
  known: Known<UserFlowInputs> | undefined,
  steps: readonly Properties[],
): Settings {
  const values: Record<string, Value | undefined> = {};
  const pending: string[] = [];
  for (const setting of LOOSE_SETTINGS) {
    const declared = known?.inputs[setting.input] as Value | undefined;
    if (known !== undefined && declared === undefined) continue;
    const actual = actualSetting(setting, flow);
    const isKept = declared !== undefined && satisfies(actual, declared);
    const isPending = !isKept && steps.some(({ property }) => property === setting.input);
    if (isPending) pending.push(setting.input);
    values[setting.input] = isKept || isPending ? declared : onlyDeclared(actual, declared);
  }
  return { values, pending };
}

function onlyDeclared(actual: Value | undefined, declared: Value | undefined): Value | undefined {
  if (!isProperties(actual) || !isProperties(declared)) return actual;
  return present(Object.fromEntries(Object.keys(declared).map((key) => [key, actual[key]])));
}

function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
