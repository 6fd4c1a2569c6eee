import { readOrGone } from '../graph/steps';
import type { Context, Known, Live } from '../resource';
import { isProperties, present, type Properties, textOf } from '../values';
import { attributesOf, inputsOn } from './attributes';
import type { EventsFlowInputs } from './inputs';
import { readApplications, readIdentityProviders } from './links';
import { flowPath } from './paths';

/** A flow by its id. Graph's documentation wraps the answer once more than other answers: either form is read. */
export async function findFlow({ graph }: Context, id: string): Promise<Properties | undefined> {
  const found = await graph.find(flowPath(id));
  return found && (isProperties(found['value']) ? found['value'] : found);
}

/** A user flow in the words of its inputs. With known inputs only what they declare is read; on import everything is. */
export async function readEventsFlow(
  id: string,
  known: Known<EventsFlowInputs> | undefined,
  context: Context,
): Promise<Live | undefined> {
  const flow = await readOrGone(context, () => findFlow(context, id));
  if (flow === undefined) return undefined;
  const declared = known?.inputs;
  const isShown = (key: keyof EventsFlowInputs): boolean => declared === undefined || declared[key] !== undefined;
  const description = textOf(flow['description']);
  const inputs = present({
    displayName: textOf(flow['displayName']),
    description: isShown('description') && (description !== '' || declared !== undefined) ? description : undefined,
    isSignUpAllowed: isSignUpAllowed(flow),
    identityProviders: await readIdentityProviders(context, id),
    attributes: isShown('attributes') ? attributesOf(inputsOn(flow), declared?.attributes) : undefined,
    applications: isShown('applications') ? await readApplications(context, id) : undefined,
  });
  return { inputs, outputs: {} };
}

export function isSignUpAllowed({ onInteractiveAuthFlowStart: start }: Properties): boolean {
  return isProperties(start) && start['isSignUpAllowed'] === true;
}
