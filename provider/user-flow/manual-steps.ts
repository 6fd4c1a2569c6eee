import { pendingValues, placeOf, portalPlace, recordOf } from './manual-settings';
import { GraphError } from '../graph/error';
import { readOrGone } from '../graph/steps';
import type { Context } from '../resource';
import { isProperties, isSame, mappingsIn, type Properties, textOf, type Value } from '../values';
import type { UserFlowInputs } from './inputs';
import { flowPath, type SETTINGS } from './settings';

/** Something that only a person can do. */
export interface ManualStep {
  /** Input that it is about. */
  readonly property: string;
  /** Place in the Azure portal. */
  readonly where: string;
  /** Value to set there. */
  readonly value: string;
  /** Reason why Graph does not make it. */
  readonly reason: string;
  /** Declaration that takes the step off the list, once the setting is made. */
  readonly done: string;
}

/** Steps of the settings for which Graph has no property: those of which the inputs have no record with the declared value. */
export function unrecordedSteps({
  userFlowId,
  multifactor,
  claims,
  doneByHand,
}: UserFlowInputs): readonly ManualStep[] {
  return pendingValues({ multifactor, claims }, doneByHand).map((wanted) => ({
    property: wanted.setting,
    where: placeOf(userFlowId, wanted.setting),
    value: wanted.value,
    reason: 'Graph has no property for it',
    done: `add ${recordOf(wanted)} to doneByHand of the flow`,
  }));
}

/** Inputs that Graph documents: they are sent, and read back. */
export type DocumentedInput = 'attributes' | 'identityProviders' | 'languages' | (typeof SETTINGS)[number];

const PAGES: Readonly<Record<DocumentedInput, string>> = {
  attributes: 'User attributes',
  identityProviders: 'Identity providers',
  isLanguageCustomizationEnabled: 'Languages',
  defaultLanguageTag: 'Languages',
  languages: 'Languages',
};

export interface Attempt {
  readonly property: DocumentedInput;
  readonly make: () => Promise<unknown>;
}

/** A flow that may go without has no difference that would lead to another try: one refused for good would never be settled. */
const ONCE =
  ". No `pulumi up` tries this again by itself; to have it tried, run one with manualSteps: 'fail', which also fails while a step is left";

/**
 * Makes a documented setting. Where Graph refuses it, in this directory or to this identity, it is a person's step. A flow
 * that is gone is an error, and so is no answer at all.
 */
export async function attempt(
  context: Context,
  inputs: UserFlowInputs,
  { property, make }: Attempt,
): Promise<ManualStep | undefined> {
  try {
    await make();
    return undefined;
  } catch (error) {
    if (!(error instanceof GraphError) || !error.isRefusal) throw error;
    if (error.isNotFound && (await isGone(context, inputs.userFlowId))) throw error;
    return {
      property,
      where: portalPlace(inputs.userFlowId, PAGES[property]),
      value: shown(inputs[property]),
      reason: error.message,
      done: `run \`pulumi refresh\`${inputs.manualSteps === 'warn' ? ONCE : ''}`,
    };
  }
}

async function isGone(context: Context, id: string): Promise<boolean> {
  return (await readOrGone(context, () => context.graph.find(flowPath(id)))) === undefined;
}

/** Of the steps that a state knows, those of documented settings that still do not read as declared. */
export function refusedSteps(
  outputs: Properties,
  { declared, live }: { readonly declared: Properties; readonly live: Properties },
): readonly Properties[] {
  return mappingsIn(outputs['pendingManualSteps']).filter((step) => {
    const property = textOf(step['property']);
    const wanted = Object.hasOwn(PAGES, property) ? declared[property] : undefined;
    return wanted !== undefined && !isSame(live[property], wanted);
  });
}

/** All steps of a flow in a sentence, for a person who deploys. */
export function stepsMessage(id: string, steps: readonly Properties[]): string {
  const count = steps.length === 1 ? 'A setting' : `${steps.length} settings`;
  return (
    `${count} of the user flow '${id}' must be made by hand. ${steps.map(stepLine).join('; ')}. ` +
    "Run `pulumi up` again afterwards; or declare manualSteps: 'warn' to go on without"
  );
}

/** `claims: set 'emails' at Azure portal > … (Graph has no property for it), then …` */
export function stepLine(step: Properties): string {
  const { property, where, value, reason, done } = step;
  return `${textOf(property)}: set '${textOf(value)}' at ${textOf(where)} (${textOf(reason)}), then ${textOf(done)}`;
}

/** `givenName, surname (optional)` */
function shown(value: Value | undefined): string {
  if (Array.isArray(value)) return value.map((item) => shown(item as Value)).join(', ');
  if (!isProperties(value)) return textOf(value);
  const { attribute, isOptional, requiresVerification } = value;
  const marks = `${isOptional === true ? ' (optional)' : ''}${requiresVerification === true ? ' (verified)' : ''}`;
  return `${textOf(attribute)}${marks}`;
}
