import type { KnownAnswers } from '../../constructs/aws/checks/known-answers';

/** Answers in memory, as they are on disk: what is kept is what JSON can carry. */
export function answersInMemory(): KnownAnswers & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    find: ({ kind, about, isAnswer }) => {
      const text = kept.get(JSON.stringify([kind, about]));
      const answer: unknown = text === undefined ? undefined : JSON.parse(text);
      return isAnswer(answer) ? answer : undefined;
    },
    keep: ({ kind, about }, answer) => {
      kept.set(JSON.stringify([kind, about]), JSON.stringify(answer));
    },
  };
}
