import { type Inputs, type InputValue, isInputs, isList } from '../../estate/source/inputs';
import type { PulumiKind } from '../../estate/plan/stacks/stacks';

/** An input as the program gave it. What is not known before the deployment, or must not be shown, is told by its kind. */
export type FactValue = InputValue;
export type FactInputs = Inputs;

/** A secret: neither its value nor its length is kept. */
export interface Secret extends Inputs {
  readonly $secret: true;
}

/** A value that only the deployment gives. */
export interface Unknown extends Inputs {
  readonly $unknown: true;
}

/** An output of another resource. */
export interface Reference extends Inputs {
  /** Key of that resource. */
  readonly $ref: string;
  readonly property: string;
}

/** A text that outputs of other resources are put into. */
export interface Interpolation extends Inputs {
  readonly $text: readonly (string | Reference)[];
}

/**
 * `resource`: made, changed and deleted by the deployment. `component`: groups others. `lookup`: exists already, is read and
 * never changed.
 */
export type ResourceKind = 'resource' | 'component' | 'lookup';

/** Resource that a program registers, or looks up. */
export interface ProgramResource {
  /** The URN; of a lookup, one that is made of its function and arguments. Unique in its program. */
  readonly key: string;
  readonly kind: ResourceKind;
  /** Type token, `azuread:index/group:Group`, or the function of a lookup. */
  readonly type: string;
  readonly name: string;
  /** Key of its component; absent at the top. */
  readonly parent?: string;
  readonly inputs: FactInputs;
  /** Keys of what it needs: by its inputs, or by its `dependsOn`. Sorted. */
  readonly dependsOn: readonly string[];
  /** Keys that it has had. Sorted. */
  readonly aliases: readonly string[];
  /** True if it stays where the program drops it. */
  readonly retainOnDelete: boolean;
}

/** One program of an estate, run without an engine. */
export interface ProgramRun {
  readonly program: PulumiKind;
  /** Name of its stack: `sandbox-customers`. */
  readonly stack: string;
  /** Sorted by key. Without a meaning where `failure` is there. */
  readonly resources: readonly ProgramResource[];
  /** Warnings to the person who deploys. */
  readonly warnings: readonly string[];
  /** Reason why it can't be deployed. */
  readonly failure?: string;
}

/** All programs of an estate, on one day. */
export interface ProgramRuns {
  /** The day in UTC on which the programs were run: which secret and which certificate is the current one goes by it. */
  readonly day: string;
  readonly programs: readonly ProgramRun[];
}

export function isSecret(value: FactValue | undefined): value is Secret {
  return stands(value, '$secret');
}

export function isUnknown(value: FactValue | undefined): value is Unknown {
  return stands(value, '$unknown');
}

export function isReference(value: FactValue | undefined): value is Reference {
  return stands(value, '$ref');
}

export function isInterpolation(value: FactValue | undefined): value is Interpolation {
  return stands(value, '$text');
}

/** Tells whether it is an object that stands for a value. */
function stands(value: FactValue | undefined, by: '$secret' | '$unknown' | '$ref' | '$text'): boolean {
  return isInputs(value) && by in value;
}

/** Tells whether it is an object of the program, not one that stands for a value. */
export function isObject(value: FactValue): value is FactInputs {
  return isInputs(value) && !isSecret(value) && !isUnknown(value) && !isReference(value) && !isInterpolation(value);
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
