/** Something that takes long to find out, with all that the answer depends on besides the program and its packages. */
export interface Question<Answer> {
  /** Tells apart questions about the same texts: 'template', 'programs'. */
  readonly kind: string;
  readonly about: readonly string[];
  readonly isAnswer: (value: unknown) => value is Answer;
}

/** Answers that an earlier run found. An answer is what JSON can carry. */
export interface KnownAnswers {
  /** `undefined` where the answer is not known. */
  find<Answer>(question: Question<Answer>): Answer | undefined;
  keep<Answer>(question: Question<Answer>, answer: Answer): void;
}

/** Remembers nothing: everything is found out each time, as a deployment must. */
export const NOTHING_KNOWN: KnownAnswers = { find: () => undefined, keep: () => undefined };

/** The answer as it is known, or else as `make` finds it. */
export function answerTo<Answer>(known: KnownAnswers, question: Question<Answer>, make: () => Answer): Answer {
  const found = known.find(question);
  if (found !== undefined) return found;
  const made = make();
  known.keep(question, made);
  return made;
}
