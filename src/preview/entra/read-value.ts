import { isList } from '../../estate/source/inputs';
import type { FactInputs, FactValue } from './facts';
import { isInterpolation, isReference, isSecret, isUnknown } from './facts';

/** Tells whether it is an object of the program, not one that stands for a value. */
export function isObject(value: FactValue): value is FactInputs {
  if (typeof value !== 'object' || value === null || isList(value)) return false;
  return !isSecret(value) && !isUnknown(value) && !isReference(value) && !isInterpolation(value);
}

/** Inputs with a name in the place of each reference to another resource. */
export function withNames(inputs: FactInputs, nameOf: (key: string) => string): FactInputs {
  const named = (value: FactValue): FactValue => {
    if (isReference(value)) return nameOf(value.$ref);
    if (isList(value)) return value.map(named);
    return isObject(value) ? withNames(value, nameOf) : value;
  };
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [key, value === undefined ? undefined : named(value)]),
  );
}
