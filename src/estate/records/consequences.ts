/** Consequences of a change of a resource, in sentences. */
export interface Consequences {
  /** Dangers that must not be overlooked. */
  readonly dangers: readonly string[];
  /** Other facts to know. */
  readonly notes: readonly string[];
}

/** Sentences that hold; the others are false or undefined. */
type Sentences = readonly (string | false | undefined)[];

export function consequences(dangers: Sentences, notes: Sentences = []): Consequences {
  const told = (sentences: Sentences): readonly string[] => sentences.filter((one) => typeof one === 'string');
  return { dangers: told(dangers), notes: told(notes) };
}
