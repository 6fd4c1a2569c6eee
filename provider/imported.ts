import type { Live, ResourceType } from './resource';
import { isProperties, type Properties } from './values';

/**
 * Input that an import adds to those that were read, until a declaration takes their place. The engine shows no input whose
 * name begins so.
 */
const IMPORTED = '__imported';

/** Inputs as an import hands them to the engine: marked, where a declaration is compared with them in its own words. */
export function markImported({ asDeclared }: Pick<ResourceType<Properties>, 'asDeclared'>, live: Live): Properties {
  return asDeclared === undefined ? live.inputs : { ...live.inputs, [IMPORTED]: live.beside ?? {} };
}

/** Tells whether inputs are those of an import, which no declaration has been compared with yet. */
export function isImported(inputs: Properties): boolean {
  return inputs[IMPORTED] !== undefined;
}

/** Inputs without the mark. */
export function withoutMark(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== IMPORTED));
}

/** Inputs of the state to compare a declaration with: those of an import in its words. */
export function asDeclared(
  type: Pick<ResourceType<Properties>, 'asDeclared'>,
  state: Properties,
  declared: Properties,
): Properties {
  const beside = state[IMPORTED];
  const inputs = withoutMark(state);
  return isProperties(beside) ? (type.asDeclared?.(inputs, declared, beside) ?? inputs) : inputs;
}
