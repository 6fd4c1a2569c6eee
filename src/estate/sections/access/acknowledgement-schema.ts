import { z } from 'zod';
import { located } from '../../source/located';
import { REASON_LENGTH } from '../limits';
import { Name } from '../shared/name';

export const AcknowledgementEntry = located(
  z.strictObject({
    rule: Name.describe('Id of the rule, such as `IdentityCenter-IC1`.'),
    reason: z
      .string()
      .min(REASON_LENGTH, { error: 'is too short to be a reason' })
      .describe('Why the rule does not apply here.'),
  }),
).meta({ id: 'Acknowledgement', description: 'A rule of the policy checks that is broken on purpose, and why.' });

/** The file's `acknowledge` is what the item's acknowledgements are. */
export function acknowledged<T extends { readonly acknowledge: unknown }>({ acknowledge, ...item }: T) {
  return { ...item, acknowledgements: acknowledge as T['acknowledge'] };
}
