import { z } from 'zod';
import { suggestionOrList } from '../../src/text/suggest';
import { Text } from '../inputs';
import { type LookUp, theOnly } from '../look-up';
import { mappingsIn, present, textOf } from '../values';
import { readFlow } from './read-flow';

const Inputs = z.strictObject({ userFlowId: Text });

/** A user flow of an Azure AD B2C directory, by its name. */
export const getUserFlow: LookUp<z.infer<typeof Inputs>> = {
  schema: Inputs,
  find: async ({ userFlowId }, context) => {
    const flows = await context.graph.list('/beta/identity/b2cUserFlows');
    const names = flows.map(({ id }) => textOf(id));
    const { id } = theOnly({
      what: `user flow '${userFlowId}' in this directory`,
      // Ids that differ in case alone mean the same flow.
      found: flows.filter((flow) => textOf(flow['id']).toLowerCase() === userFlowId.toLowerCase()),
      none: suggestionOrList(userFlowId, names, 'user flows'),
      tell: (flow) => textOf(flow['id']),
      several: 'delete all but one',
    });
    const live = await readFlow(textOf(id), undefined, context);
    if (live === undefined) throw new Error(`the user flow '${userFlowId}' was deleted while it was looked up`);
    const { userFlowType, userFlowTypeVersion, identityProviders, attributes } = live.inputs;
    return present({
      userFlowId: textOf(id),
      userFlowType,
      userFlowTypeVersion,
      identityProviders: identityProviders ?? [],
      attributes: mappingsIn(attributes).map(({ attribute }) => textOf(attribute)),
    });
  },
};
