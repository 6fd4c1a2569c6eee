import type { FactInputs, FactValue } from './facts';
import { isInterpolation, isReference, isSecret, isUnknown } from './facts';

/** A text; undefined for anything else, also for a text that only the deployment knows. */
export function textIn(inputs: FactInputs, name: string): string | undefined {
  const value = inputs[name];
  return typeof value === 'string' ? value : undefined;
}

export function flagIn(inputs: FactInputs, name: string): boolean | undefined {
  const value = inputs[name];
  return typeof value === 'boolean' ? value : undefined;
}

export function numberIn(inputs: FactInputs, name: string): number | undefined {
  const value = inputs[name];
  return typeof value === 'number' ? value : undefined;
}

/** The texts of a list. */
export function textsIn(inputs: FactInputs, name: string): readonly string[] {
  return listIn(inputs, name).filter((item) => typeof item === 'string');
}

/** The objects of a list. */
export function objectsIn(inputs: FactInputs, name: string): readonly FactInputs[] {
  return listIn(inputs, name).filter(isObject);
}

/** An object; without content where there is none. */
export function objectIn(inputs: FactInputs, name: string): FactInputs {
  const value = inputs[name];
  return value !== undefined && isObject(value) ? value : {};
}

function listIn(inputs: FactInputs, name: string): readonly FactValue[] {
  const value = inputs[name];
  return isList(value) ? value : [];
}

export function isList(value: FactValue | undefined): value is readonly FactValue[] {
  return Array.isArray(value);
}

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
  return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, named(value)]));
}
