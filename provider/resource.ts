import type { z } from 'zod';
import type { GraphClient } from './graph/client';
import type { Locks } from './graph/locks';
import type { Waiter } from './graph/waiter';
import type { Properties } from './values';

/** A fault of an input, for the engine to show at the resource. */
export interface Failure {
  /** Path of the input, such as `attributes[1].userInputType`. */
  readonly property: string;
  readonly reason: string;
}

/** Tools of an operation on a resource. */
export interface Context {
  readonly graph: GraphClient;
  readonly waiter: Waiter;
  readonly locks: Locks;
  /** Shows a warning at the resource in the engine's output. */
  readonly warn: (message: string) => void;
  /** Objects of the resource's type that the program stands for, as far as this run has come to them. */
  readonly held: () => readonly Held[];
}

/** An object that a resource of the program stands for. */
export interface Held {
  readonly id: string;
  /** As the program declares it. */
  readonly inputs: Properties;
}

/** Inputs as declared and outputs as computed, both as the state has them. */
export interface Known<I> {
  readonly inputs: I;
  readonly outputs: Properties;
}

/** A resource as the service has it. */
export interface Live {
  /** The inputs that would lead to it. */
  readonly inputs: Properties;
  /** Values that the service computed. */
  readonly outputs: Properties;
  /**
   * Reasons why it does not work although it exists; the engine shows it and repairs the resource at the next update.
   */
  readonly initErrors?: readonly string[];
  /** On import: what the service has beside the inputs, for `asDeclared` to compare a declaration with. */
  readonly beside?: Properties;
}

/** One type of resource. Its state is its inputs and, beside them, its outputs. */
export interface ResourceType<I> {
  /** Shape of the inputs once their defaults are filled in. */
  readonly schema: z.ZodType<I>;
  /** Inputs that Graph can't change: another value replaces the resource. */
  readonly replaceOn: readonly string[];
  /** Inputs by which the service tells resources apart: where they stay, the old one must go before its replacement. */
  readonly identity?: readonly string[];
  /**
   * Inputs of which to leave one out is a difference: those that the service knows nothing of, and those that are taken away with
   * the last word on them.
   */
  readonly endWith?: readonly string[];
  /** Mappings that are declared as a whole: to leave out one of their keys is a difference. */
  readonly whole?: readonly string[];
  /** Inputs that the service never tells: another value alone makes no difference, an input beside it has its version. */
  readonly writeOnly?: readonly string[];
  /**
   * Inputs of an import in the words of a declaration, so that taking over changes nothing: what the service does not tell is as
   * declared, and what a declaration says less of counts as far as it says it. `beside` is what `read` gave.
   * @default an import is compared as it was read
   */
  readonly asDeclared?: (read: Properties, declared: Properties, beside: Properties) => Properties;
  /** Outputs that are always secret. */
  readonly secretOutputs?: readonly string[];
  /** Outputs that only the state knows, such as what was there before: a read leaves them as they are. */
  readonly recorded?: readonly string[];
  /** Fills in defaults and canonical spellings. May meet values of the wrong type, and unknown ones. */
  readonly withDefaults: (inputs: Properties) => Properties;
  /** Rules beyond the shape. `olds` are the inputs of the existing resource. */
  readonly rules?: (inputs: Properties, olds: Properties | undefined) => readonly Failure[];
  readonly create: (inputs: I, context: Context) => Promise<Created>;
  /** The resource with this id, or undefined if there is none. Without `known`, as on import, all of it is read. */
  readonly read: (id: string, known: Known<I> | undefined, context: Context) => Promise<Live | undefined>;
  readonly update: (id: string, change: Change<I>, context: Context) => Promise<Properties>;
  /** Returns once the service has it no more. A resource that is already gone is not an error. */
  readonly delete: (id: string, known: Known<Properties>, context: Context) => Promise<void>;
}

export interface Change<I> {
  /** As the state has it: the service may hold values that no declaration could have. */
  readonly olds: Known<Properties>;
  readonly news: I;
}

export interface Created {
  readonly id: string;
  readonly outputs: Properties;
}

/** Output of a resource that is not as declared: its inputs are those that were to be. */
const UNFINISHED = 'unfinished';

/** Inputs of a state that the service had; none of a resource that no run has finished or read yet. */
export function knownInputs(state: Known<Properties> | undefined): Properties {
  return state === undefined || state.outputs[UNFINISHED] === true ? {} : state.inputs;
}

/**
 * The resource exists but is not as declared. The engine keeps it in the state together with the reasons, so that the next
 * update continues where this one failed, and a destroy finds it.
 */
export class IncompleteError extends Error {
  readonly id: string;
  readonly outputs: Properties;

  constructor(
    created: Created,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join('\n'));
    this.name = 'IncompleteError';
    this.id = created.id;
    this.outputs = { ...created.outputs, [UNFINISHED]: true };
  }
}

/** Runs a step on a resource that exists, so that a fault does not lose it from the state. */
export async function keepOnFault<T>(created: Created, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof IncompleteError) throw error;
    throw new IncompleteError(created, [error instanceof Error ? error.message : String(error)]);
  }
}
