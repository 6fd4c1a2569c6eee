import type { Parts } from '../parts';
import { answer, goto, invalid, type Outcome, sendAgain, type StepAt, type StepPage, type Visit } from './step';
import { CODE_FIELD } from './fields';

type CodeStep = StepAt<'sign-up-code' | 'factor-code' | 'reset-code'>;

export interface CodePage<S extends CodeStep> {
  readonly title: string;
  readonly lead: (challenge: S['challenge']) => string;
  readonly onRight: (visit: Visit<S>) => Outcome;
}

/** A page that asks for the code that was sent, and sends another. */
export function codePage<S extends CodeStep>({ title, lead, onRight }: CodePage<S>): StepPage<S> {
  return {
    view: ({ step: { challenge } }) => ({
      title,
      lead: lead(challenge),
      fields: [CODE_FIELD],
      submit: { action: 'verify', label: 'Verify code' },
      others: [{ action: 'again', label: 'Send new code' }],
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
    },
  };
}

function newCode(step: CodeStep, parts: Parts): Outcome {
  const challenge = sendAgain(parts, step.challenge);
  if (challenge === undefined) return invalid({ form: 'No more codes can be sent. Cancel and start again.' });
  return goto({ ...step, challenge }, 'A new code is on its way.');
}
