import { deleteUntilGone, readOrGone, takeOverOrCreate } from './graph/steps';
import type { Context, Failure, Known, ResourceType } from './resource';
import { present, type Properties, textOf, UNKNOWN } from './values';

/**
 * An input that Graph never returns, with the value that it was last sent as an output: inputs are stored as declared also where a
 * run was cut off before it sent them.
 */
export interface Untold {
  readonly input: string;
  /** Output with the value; empty until one is sent to what was taken over. */
  readonly output: string;
}

/** The value that was sent. */
export function sentOf({ output }: Untold, { outputs }: Known<Properties>): string | undefined {
  return textOf(outputs[output]) || undefined;
}

/** Outputs once the declared value was sent; nothing to keep where none is declared. */
export function asSent({ input, output }: Untold, inputs: Properties): Properties {
  return present({ [output]: inputs[input] });
}

/** Outputs of a state that a read carries on. */
export function carried({ output }: Untold, known: Known<Properties> | undefined): Properties {
  return present({ [output]: known?.outputs[output] });
}

const VERSION: Untold = { input: 'secretVersion', output: 'sentSecretVersion' };

/** A secret and its version, of which neither says anything alone. */
export function secretRules({ secret, secretVersion }: Properties): readonly Failure[] {
  if ((secret === undefined) === (secretVersion === undefined) || secret === UNKNOWN) return [];
  return [
    secretVersion === undefined
      ? {
          property: 'secretVersion',
          reason: 'is missing; Graph never tells a secret, so its version says that it is another one',
        }
      : { property: 'secret', reason: 'is missing; a version without its secret says nothing' },
  ];
}

/** An object to make as declared. */
export interface SecretGoal<I> {
  readonly id: string;
  readonly inputs: I;
  /** True to send the secret. Graph never tells it, so that nothing shows whether it is the declared one. */
  readonly isSecretNew: boolean;
}

interface SecretObject<I> {
  /** Inputs that are secret. */
  readonly secrets: readonly string[];
  /** The object as messages name it: `the API connector 'Invitations'`. */
  readonly what: (inputs: I) => string;
  /** True where Graph would make a second one of the same name. */
  readonly mayBeTwo: (inputs: I) => boolean;
  /** @param inputs undefined on import and of an object that goes */
  readonly pathOf: (id: string, inputs?: I) => string;
  readonly find: (context: Context, inputs: I) => Promise<Properties | undefined>;
  readonly post: (context: Context, inputs: I) => Promise<Properties>;
  /** Makes an existing object as declared, and waits until it reads so. */
  readonly converge: (context: Context, goal: SecretGoal<I>) => Promise<void>;
  /** Inputs as Graph answers them, without the secrets. */
  readonly told: (found: Properties, id: string) => Properties;
}

/** The parts of a type of resources whose secret has a version: it is sent when the object is made, and with another version. */
export function secretType<I extends Properties>(
  object: SecretObject<I>,
): Omit<ResourceType<I>, 'schema' | 'replaceOn' | 'withDefaults'> {
  const { secrets, what, mayBeTwo, pathOf, find, post, converge, told } = object;
  const secretsOf = (inputs: Properties): Properties =>
    present(Object.fromEntries([...secrets, VERSION.input].map((key) => [key, inputs[key]])));
  const settle = async (context: Context, goal: SecretGoal<I>): Promise<Properties> => {
    await converge(context, goal);
    return asSent(VERSION, goal.inputs);
  };
  return {
    writeOnly: secrets,
    secretOutputs: secrets,
    recorded: [VERSION.output],
    asDeclared: (read, declared) => ({ ...read, ...secretsOf(declared) }),
    create: (inputs, context) =>
      takeOverOrCreate(context, {
        what: what(inputs),
        mayBeTwo: mayBeTwo(inputs),
        find: () => find(context, inputs),
        post: () => post(context, inputs),
        settle: (id, isNew) => settle(context, { id, inputs, isSecretNew: !isNew }),
        unsettled: { [VERSION.output]: '' },
      }),
    read: async (id, known, context) => {
      const found = await readOrGone(context, () => context.graph.find(pathOf(id, known?.inputs)));
      if (found === undefined) return undefined;
      // Secrets are as declared; there are none as long as they were not sent.
      const isSent = known !== undefined && sentOf(VERSION, known) !== undefined;
      return {
        inputs: { ...told(found, id), ...(isSent && secretsOf(known.inputs)) },
        outputs: carried(VERSION, known),
      };
    },
    update: (id, { olds, news }, context) =>
      settle(context, { id, inputs: news, isSecretNew: sentOf(VERSION, olds) !== news[VERSION.input] }),
    delete: (id, _, context) => deleteUntilGone(context, pathOf(id)),
  };
}
