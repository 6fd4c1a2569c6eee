import { z } from 'zod';
import { suggestionOrList } from '../../src/text/suggest';
import { Text } from '../inputs';
import { type LookUp, theOnly } from '../look-up';
import { present, textOf } from '../values';
import { FLOW_TYPE, FLOWS } from './paths';
import { readEventsFlow } from './read-events-flow';

const Inputs = z.strictObject({ displayName: Text });

/** A user flow of an external tenant, by its name. */
export const getAuthenticationEventsFlow: LookUp<z.infer<typeof Inputs>> = {
  schema: Inputs,
  find: async ({ displayName }, context) => {
    const all = await context.graph.list(FLOWS);
    const flows = all.filter((flow) => flow['@odata.type'] === FLOW_TYPE);
    const names = flows.map((flow) => textOf(flow['displayName']));
    const flow = theOnly({
      what: `user flow '${displayName}' in this directory`,
      found: flows.filter((one) => one['displayName'] === displayName),
      none: suggestionOrList(displayName, names, 'user flows'),
      tell: (one) => textOf(one['id']),
      several: 'rename all but one',
    });
    const flowId = textOf(flow['id']);
    const live = await readEventsFlow(flowId, undefined, context);
    if (live === undefined) throw new Error(`the user flow '${displayName}' was deleted while it was looked up`);
    const { isSignUpAllowed, identityProviders } = live.inputs;
    return present({ flowId, displayName, isSignUpAllowed, identityProviders });
  },
};
