import { z } from 'zod';
import { ATTRIBUTE_TYPES } from '../limits';
import { deleteUntilGone, readOrGone, takeOverOrCreate } from '../graph/steps';
import type { Change, Context, Created, Known, Live, ResourceType } from '../resource';
import { present, type Properties, textOf } from '../values';
import { Text } from '../inputs';

export const UserFlowAttributeInputs = z.strictObject({
  displayName: Text,
  dataType: z.enum(ATTRIBUTE_TYPES),
  description: z.string(),
});
export type UserFlowAttributeInputs = z.infer<typeof UserFlowAttributeInputs>;

/** Custom attributes of a directory of customers: https://learn.microsoft.com/graph/api/resources/identityuserflowattribute */
export const userFlowAttribute: ResourceType<UserFlowAttributeInputs> = {
  schema: UserFlowAttributeInputs,
  // Graph changes the description alone, and knows one attribute of a name.
  replaceOn: ['displayName', 'dataType'],
  identity: ['displayName'],
  withDefaults: (inputs) => present({ description: '', ...inputs }),
  create,
  read,
  update,
  delete: (id, _, context) => deleteUntilGone(context, pathOf(id)),
};

const COLLECTION = '/v1.0/identity/userFlowAttributes';

function pathOf(id: string): string {
  return `${COLLECTION}/${encodeURIComponent(id)}`;
}

function create(inputs: UserFlowAttributeInputs, context: Context): Promise<Created> {
  return takeOverOrCreate(context, {
    what: `the attribute '${inputs.displayName}'`,
    find: () => findCustom(context, inputs),
    post: () => context.graph.send({ method: 'POST', path: COLLECTION, body: inputs, once: true, missing: 'lags' }),
    settle: async (id) => {
      await converge(context, id, inputs);
      return {};
    },
  });
}

async function findCustom({ graph }: Context, inputs: UserFlowAttributeInputs): Promise<Properties | undefined> {
  const all = await graph.list(COLLECTION, { missing: 'lags' });
  const found = all.find(
    (one) => one['userFlowAttributeType'] === 'custom' && one['displayName'] === inputs.displayName,
  );
  if (found !== undefined) checkType(found, inputs);
  return found;
}

/** Refuses an attribute of another type: to replace it would lose what people have entered. */
function checkType(existing: Properties, { displayName, dataType }: UserFlowAttributeInputs): void {
  if (existing['dataType'] === dataType) return;
  throw new Error(
    `the directory has an attribute '${displayName}' already, but of the type ${textOf(existing['dataType'])}, not ${dataType}; ` +
      'declare that type, or choose another name',
  );
}

/** Makes the description as declared, and waits until it reads so. */
async function converge(
  { graph, waiter }: Context,
  id: string,
  { description }: UserFlowAttributeInputs,
): Promise<void> {
  await waiter.until(`description of the attribute ${id}`, async () => {
    const found = await graph.send({ method: 'GET', path: pathOf(id), missing: 'lags' });
    if (textOf(found['description']) === description) return true;
    await graph.send({ method: 'PATCH', path: pathOf(id), body: { description }, missing: 'lags' });
    return undefined;
  });
}

async function read(
  id: string,
  _: Known<UserFlowAttributeInputs> | undefined,
  context: Context,
): Promise<Live | undefined> {
  const found = await readOrGone(context, () => context.graph.find(pathOf(id)));
  if (found === undefined) return undefined;
  const { displayName, dataType, description } = found;
  return { inputs: { displayName, dataType, description: textOf(description) }, outputs: {} };
}

async function update(id: string, { news }: Change<UserFlowAttributeInputs>, context: Context): Promise<Properties> {
  await converge(context, id, news);
  return {};
}
