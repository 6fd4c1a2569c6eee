/** A value of an input. */
export type InputValue = string | number | boolean | null | readonly InputValue[] | Inputs;

/** Inputs of a resource in the directory: as a program declares them, or as a reader finds them. */
export interface Inputs {
  readonly [key: string]: InputValue | undefined;
}

/** A text; undefined for anything else, also for a text that only the deployment knows. */
export function textIn(inputs: Inputs, name: string): string | undefined {
  const value = inputs[name];
  return typeof value === 'string' ? value : undefined;
}

export function flagIn(inputs: Inputs, name: string): boolean | undefined {
  const value = inputs[name];
  return typeof value === 'boolean' ? value : undefined;
}

export function numberIn(inputs: Inputs, name: string): number | undefined {
  const value = inputs[name];
  return typeof value === 'number' ? value : undefined;
}

/** The texts of a list. */
export function textsIn(inputs: Inputs, name: string): readonly string[] {
  return listIn(inputs, name).filter((item) => typeof item === 'string');
}

/** The objects of a list. */
export function objectsIn(inputs: Inputs, name: string): readonly Inputs[] {
  return listIn(inputs, name).filter(isInputs);
}

/** An object; without content where there is none. */
export function objectIn(inputs: Inputs, name: string): Inputs {
  const value = inputs[name];
  return isInputs(value) ? value : {};
}

function listIn(inputs: Inputs, name: string): readonly InputValue[] {
  const value = inputs[name];
  return isList(value) ? value : [];
}

export function isList(value: InputValue | undefined): value is readonly InputValue[] {
  return Array.isArray(value);
}

export function isInputs(value: InputValue | undefined): value is Inputs {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** Texts of one list that another one lacks. */
export function missing(these: readonly string[], others: readonly string[]): readonly string[] {
  return these.filter((one) => !others.includes(one));
}

/** Tells whether what is found has all that is declared: lists of texts in any order, other lists in theirs. */
export function satisfies(found: InputValue | undefined, declared: InputValue | undefined): boolean {
  if (isList(declared)) {
    if (!isList(found) || found.length !== declared.length) return false;
    if (declared.every((one) => typeof one === 'string')) return declared.every((one) => found.includes(one));
    return declared.every((one, index) => satisfies(found[index], one));
  }
  if (!isInputs(declared)) return found === declared;
  return isInputs(found) && Object.entries(declared).every(([key, value]) => satisfies(found[key], value));
}
