import { z } from 'zod';
import { located, wholeRecord } from '../../source/located';
import { MANAGED_POLICY_CHARACTERS, POLICY_DESCRIPTION_LENGTH, REASON_LENGTH } from '../limits';
import { Name, short } from '../shared/rules';
import { Json } from './json';
import { SelectionEntry } from './selector-schema';
import { POLICY_NAME, POLICY_PATH } from './set-rules';

const CONTENTS = ['document', 'documentFile', 'managedElsewhere'] as const;

/** A customer-managed policy: one of the estate, or one that somebody else keeps in the accounts. */
export const PolicyEntry = located(
  z
    .strictObject({
      name: Name.meta({
        description: 'Name of the policy; an account has it once, whatever the path.',
        ...POLICY_NAME,
      }),
      path: z
        .string()
        .meta({
          description: "Path of the policy. IAM can't change it later: give the policy another name with it.",
          ...POLICY_PATH,
        })
        .default('/'),
      description: z
        .string()
        .meta({
          description: 'Purpose of the policy, for reviews and for the list of stack sets.',
          ...short('description-length', { min: 1, max: POLICY_DESCRIPTION_LENGTH }),
        })
        .exactOptional(),
      document: wholeRecord(z.string(), Json)
        .describe(
          `An IAM policy document as YAML or JSON: at most ${MANAGED_POLICY_CHARACTERS.toLocaleString('en-US')} characters without white space.`,
        )
        .exactOptional(),
      documentFile: z
        .string()
        .min(1, { error: 'is empty' })
        .describe("JSON file with the policy document, relative to the estate's folder.")
        .exactOptional(),
      managedElsewhere: z
        .string()
        .min(REASON_LENGTH, { error: 'is too short to be a reason' })
        .describe('Says who keeps the policy in the accounts. The estate refers to it and leaves it alone.')
        .exactOptional(),
      accounts: SelectionEntry.describe(
        'Accounts that have the policy. May be left out with `managedElsewhere`: then every account has it.',
      ).exactOptional(),
    })
    .superRefine((entry, context) => {
      const given = CONTENTS.filter((key) => entry[key] !== undefined);
      const fault = (message: string, allowed: string): void => {
        context.addIssue({ code: 'custom', message, params: { allowed } });
      };
      if (given.length !== 1) {
        const what = given.length === 0 ? 'has no document' : `mixes ${given.join(' and ')}`;
        fault(what, `exactly one of ${CONTENTS.join(', ')}`);
      }
      if (entry.accounts === undefined && entry.managedElsewhere === undefined)
        fault('names no accounts', 'accounts, with the same selectors as a grant');
    }),
).meta({
  id: 'Policy',
  description: 'A customer-managed policy: exactly one of `document`, `documentFile` and `managedElsewhere`.',
  oneOf: CONTENTS.map((key) => ({ required: [key] })),
});
