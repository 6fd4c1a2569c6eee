import { z } from 'zod';
import { readOrGone } from '../graph/steps';
import { Text } from '../inputs';
import type { LookUp } from '../look-up';
import type { Context } from '../resource';
import { textOf } from '../values';

const OwnersInputs = z.strictObject({ applicationObjectId: Text, servicePrincipalId: Text });

/** Owners of an application and of its service principal at once: with one of the two alone, no permission of owners is enough. */
export const getOwners: LookUp<z.infer<typeof OwnersInputs>> = {
  schema: OwnersInputs,
  find: async ({ applicationObjectId, servicePrincipalId }, context) => {
    const ofBoth = async (): Promise<readonly string[] | undefined> => {
      const ofApplication = await ownersOf(context, `applications/${encodeURIComponent(applicationObjectId)}`);
      const ofPrincipal = await ownersOf(context, `servicePrincipals/${encodeURIComponent(servicePrincipalId)}`);
      const both = ofApplication.filter((id) => ofPrincipal.includes(id));
      return both.length === 0 ? undefined : both;
    };
    // A replica that lags shows an application without those who were made its owners a moment ago.
    return { objectIds: (await readOrGone(context, ofBoth)) ?? [] };
  },
};

async function ownersOf({ graph }: Context, object: string): Promise<readonly string[]> {
  const owners = await graph.list(`/v1.0/${object}/owners`, { query: { $select: 'id' }, missing: 'lags' });
  return owners.map(({ id }) => textOf(id));
}
