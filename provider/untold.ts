import type { Known } from './resource';
import { type Properties, textOf } from './values';

/**
 * An input that Graph never tells, with the value that it was last sent as an output: inputs are stored as declared also where a
 * run was cut off before it sent them.
 */
export interface Untold {
  readonly input: string;
  /** Output with the value; empty until one is sent to what was taken over. */
  readonly output: string;
}

/** The value that was sent. */
export function sentOf({ output }: Untold, { outputs }: Known<Properties>): string | undefined {
  const sent = textOf(outputs[output]);
  return sent === '' ? undefined : sent;
}

/** Outputs once the declared value was sent; nothing to keep where none is declared. */
export function asSent({ input, output }: Untold, inputs: Properties): Properties {
  return inputs[input] === undefined ? {} : { [output]: inputs[input] };
}

/** Outputs of a state that a read carries on. */
export function carried({ output }: Untold, known: Known<Properties> | undefined): Properties {
  return known?.outputs[output] === undefined ? {} : { [output]: known.outputs[output] };
}

/** Version of a secret. */
export const SECRET_VERSION: Untold = { input: 'secretVersion', output: 'sentSecretVersion' };
