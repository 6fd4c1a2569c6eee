import { isProperties, isSame, type Properties, textOf } from '../../../../provider/values';
import { type FoundObject, type Graph, judge, type KnownInputs, objectAt } from './named-objects';

/** A Conditional Access policy of the name. It has no owner, so that its content tells whether the run made it. @throws GraphError */
export async function findConditionalAccess(inputs: KnownInputs, graph: Graph): Promise<FoundObject | undefined> {
  const path = '/identity/conditionalAccess/policies';
  const declared = { state: inputs.value('state'), conditions: inputs.value('conditions') };
  const isOurs = (policy: Properties): Promise<boolean> => Promise.resolve(isAsDeclared(declared, policy));
  return objectAt(path, await judge(await named(graph, path, inputs), inputs, isOurs));
}

/** A claims mapping policy of the name. Graph tells neither its day nor an owner. @throws GraphError */
export async function findClaimsPolicy(inputs: KnownInputs, graph: Graph): Promise<FoundObject | undefined> {
  const path = '/policies/claimsMappingPolicies';
  const isOurs = async ({ id, definition }: Properties): Promise<boolean> =>
    isSame(definition, inputs.value('definitions')) &&
    (await graph.list(`/v1.0${path}/${textOf(id)}/appliesTo`)).length === 0;
  return objectAt(path, await judge(await named(graph, path, inputs), inputs, isOurs));
}

async function named(graph: Graph, path: string, inputs: KnownInputs): Promise<readonly Properties[]> {
  const all = await graph.list(`/v1.0${path}`);
  return all.filter(({ displayName }) => displayName === inputs.text('displayName'));
}

/** Compares what azuread declares with Graph's object, which calls `includedUsers` `includeUsers`. */
function isAsDeclared(declared: unknown, actual: unknown): boolean {
  if (Array.isArray(declared)) {
    if (!Array.isArray(actual) || declared.length !== actual.length) return false;
    return declared.every((item) => item !== undefined && actual.some((one) => isAsDeclared(item, one)));
  }
  if (!isProperties(declared)) return declared === actual;
  if (!isProperties(actual)) return false;
  return Object.entries(declared).every(([key, value]) => {
    return value === undefined || isAsDeclared(value, actual[key.replace(/^(in|ex)cluded/, '$1clude')]);
  });
}
