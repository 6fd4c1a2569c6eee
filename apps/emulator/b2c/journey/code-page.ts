import type { Parts } from '../parts';
import { answer, goto, invalid, type Outcome, sendAgain, type StepAt, type StepPage, type Visit } from './step';
import { CODE_FIELD } from './fields';

type CodeStep = StepAt<'sign-up-code' | 'factor-code' | 'reset-code'>;

export interface CodePage<S extends CodeStep> {
  readonly title: string;
  readonly lead: (challenge: S['challenge']) => string;
  readonly onRight: (visit: Visit<S>) => Outcome;
  /** Leads back to where the address of the code is asked for; undefined where it is on record. @default it is */
  readonly correct?: (visit: Visit<S>) => Outcome | undefined;
}

/** A page that asks for the code that was sent, and sends another. */
export function codePage<S extends CodeStep>({ title, lead, onRight, correct }: CodePage<S>): StepPage<S> {
  return {
    view: (visit) => ({
      title,
      lead: lead(visit.step.challenge),
      fields: [CODE_FIELD],
      submit: { action: 'verify', label: 'Verify code' },
      others: [
        { action: 'again', label: 'Send new code' },
        ...(correct?.(visit) === undefined ? [] : [{ action: 'correct', label: 'Use another number' }]),
      ],
      showsInbox: true,
    }),
    actions: {
      verify: (visit, { code = '' }) => {
        const { step, parts } = visit;
        const result = answer(step.challenge, code, parts.now());
        if (result.kind === 'right') return onRight(visit);
        return invalid({ code: result.text }, { ...step, challenge: result.challenge });
      },
      again: ({ step, parts }) => newCode(step, parts),
      correct: (visit) => correct?.(visit) ?? invalid({ form: 'The code goes to the address on record.' }),
    },
  };
}

function newCode(step: CodeStep, parts: Parts): Outcome {
  const challenge = sendAgain(parts, step.challenge);
  if (challenge === undefined) return invalid({ form: 'No more codes can be sent. Cancel and start again.' });
  return goto({ ...step, challenge }, 'A new code is on its way.');
}
