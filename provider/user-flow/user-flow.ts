import { MANUAL_SETTINGS } from './manual-settings';
import { createOnce, deleteUntilGone } from '../graph/steps';
import { IncompleteError, keepOnFault, type Context, type Created, type ResourceType } from '../resource';
import { present, textOf, type Properties } from '../values';
import { isMeant } from '../graph/user-attributes';
import { convergeAttributes, readAssignments } from './attributes';
import { UserFlowInputs, withDefaults } from './inputs';
import { convergeIdentityProviders, convergeLanguages } from './links';
import { attempt, type Attempt, type ManualStep, stepLine, stepsMessage, unrecordedSteps } from './manual-steps';
import { readFlow } from './read-flow';
import { userFlowRules } from './rules';
import { convergeSetting, flowPath, SETTINGS } from './settings';

/** User flows of an Azure AD B2C directory: https://learn.microsoft.com/graph/api/resources/b2cidentityuserflow */
export const userFlow: ResourceType<UserFlowInputs> = {
  schema: UserFlowInputs,
  // The id is the flow's name in every address of the sign-in; Graph has no way to change these three.
  replaceOn: ['userFlowId', 'userFlowType', 'userFlowTypeVersion'],
  identity: ['userFlowId'],
  stateOnly: [...MANUAL_SETTINGS, 'doneByHand'],
  withDefaults,
  rules: userFlowRules,
  asDeclared: (read, declared) => ({ ...read, ...present(pick(declared, UNTOLD)) }),
  create,
  read: readFlow,
  update: (id, { olds, news }, context) => converge({ context, id, inputs: news, kept: keptOf(olds.outputs) }),
  delete: (id, _, context) => deleteUntilGone(context, flowPath(id)),
};

/** Inputs that Graph has no property for: of an import the declaration's word counts. */
const UNTOLD = [...MANUAL_SETTINGS, 'doneByHand', 'manualSteps'] as const;

function pick(properties: Properties, keys: readonly string[]): Properties {
  return Object.fromEntries(keys.map((key) => [key, properties[key]]));
}

async function create(inputs: UserFlowInputs, context: Context): Promise<Created> {
  const flow = await adoptOrCreate(inputs, context);
  const id = textOf(flow['id']);
  const kept = await keepOnFault({ id, outputs: {} }, () => undeclaredAttributes(inputs, { context, id }));
  const outputs = { keptAttributes: kept, pendingManualSteps: [] };
  return { id, outputs: await keepOnFault({ id, outputs }, () => converge({ context, id, inputs, kept })) };
}

/**
 * A flow of this id is taken over: it can only be what an earlier, interrupted attempt left, or the one that is meant. One
 * whose id differs in case is not: where a declaration changed the case alone, it is the old one, which goes next.
 */
async function adoptOrCreate(inputs: UserFlowInputs, context: Context): Promise<Properties> {
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
    return flow;
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
  const assignments = await readAssignments(context, flowPath(id));
  return assignments
    .filter((one) => !attributes.some((entry) => isMeant(entry.attribute, { id: one.id, name: one.attributeName })))
    .map((one) => one.id);
}

interface Goal {
  readonly context: Context;
  readonly id: string;
  readonly inputs: UserFlowInputs;
  /** Undeclared attributes that stay. */
  readonly kept: readonly string[];
}

/** Makes an existing flow as declared, and returns its outputs. @throws IncompleteError while a step of a person is left */
async function converge(goal: Goal): Promise<Properties> {
  const { context, id, inputs, kept } = goal;
  const steps: ManualStep[] = [];
  for (const one of attemptsOf(goal)) {
    const step = await attempt(context, inputs, one);
    if (step !== undefined) steps.push(step);
  }
  const left = [...steps, ...unrecordedSteps(inputs)].map((step) => ({ ...step }));
  const outputs = { keptAttributes: kept, pendingManualSteps: left };
  if (left.length === 0) return outputs;
  if (inputs.manualSteps === 'fail') throw new IncompleteError({ id, outputs }, [stepsMessage(id, left)]);
  for (const step of left) context.warn(`to be done by hand: ${stepLine(step)}`);
  return outputs;
}

function attemptsOf({ context, id, inputs, kept }: Goal): readonly Attempt[] {
  const flow = flowPath(id);
  const { attributes: declared, identityProviders, languages } = inputs;
  const attempts: readonly (Attempt | undefined)[] = [
    declared && { property: 'attributes', make: () => convergeAttributes(context, { flow, declared, kept }) },
    identityProviders && {
      property: 'identityProviders',
      make: () => convergeIdentityProviders(context, { flow, wanted: identityProviders }),
    },
    ...SETTINGS.filter((setting) => inputs[setting] !== undefined).map((setting) => ({
      property: setting,
      make: () => convergeSetting(context, { flow, setting, wanted: inputs[setting] }),
    })),
    languages && { property: 'languages', make: () => convergeLanguages(context, { flow, wanted: languages }) },
  ];
  return attempts.filter((one) => one !== undefined);
}

function keptOf({ keptAttributes }: Properties): readonly string[] {
  return Array.isArray(keptAttributes) ? keptAttributes.map(String) : [];
}
