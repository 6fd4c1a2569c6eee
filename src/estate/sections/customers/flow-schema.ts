import { z } from 'zod';
import { located } from '../../source/located';
import { DAY, INPUT_TYPES, LANGUAGE_TAG } from '../limits';
import { MANUAL_SETTINGS } from './manual-steps';
import { Name } from '../shared/name';

const ChoiceEntry = z.strictObject({
  label: Name.describe('Text on the page.'),
  value: Name.describe('Value that the directory keeps.'),
  default: z.boolean().describe('Whether it is chosen at first.').default(false),
});

const FlowAttributeEntry = located(
  z.strictObject({
    id: Name.describe(
      'Id of a user attribute: `givenName`, the name of one in `customers.attributes`, or `extension_…` for another of your own.',
    ),
    label: Name.describe(
      'Text at the field. Without it, the name that the directory gives the attribute.',
    ).exactOptional(),
    input: z
      .enum(INPUT_TYPES)
      .describe('B2C only: kind of the field. Without it, `textBox`, and `emailBox` for the e-mail address.')
      .exactOptional(),
    choices: z
      .array(ChoiceEntry)
      .describe('B2C only: choices of `radioSingleSelect`, `dropdownSingleSelect` and `checkboxMultiSelect`.')
      .exactOptional(),
    optional: z.boolean().describe('Whether people may leave it empty.').default(false),
    requiresVerification: z
      .boolean()
      .describe('Whether people verify it with a code; an e-mail address or a phone number.')
      .default(false),
  }),
);

const MultifactorEntry = z
  .strictObject({
    state: z.enum(['off', 'on', 'conditional']).describe('`on` asks always, `conditional` as Conditional Access says.'),
    method: z
      .enum(['email', 'phoneCallOrSms', 'phoneSms', 'phoneCall', 'authenticator'])
      .describe('Method; without it, the service keeps the one it has.')
      .exactOptional(),
  })
  .describe(
    'Second factor; without it, the service keeps what it has, and a new flow has none. Graph has no property for it, so a person sets it: see `doneByHand`.',
  );

const LanguagesEntry = z
  .strictObject({
    default: Name.meta({
      description: 'Language of browsers that ask for none of them.',
      pattern: LANGUAGE_TAG.source,
      examples: ['en'],
    }),
    shown: z
      .array(Name)
      .min(1, { error: 'is empty' })
      .describe('Tags of the languages that the pages speak, the default one among them: `de`, `pt-BR`.'),
  })
  .describe('B2C only: languages of the pages. Without it, the service keeps what it has.');

const DoneByHandEntry = located(
  z.strictObject({
    setting: z.enum(MANUAL_SETTINGS).describe('Key of the flow.'),
    value: Name.describe(
      'The value that was set, as the step of the deployment tells it. Once the flow declares another one, the record does not count and the step is open again.',
    ),
    who: Name.describe('Name of the person who set it.'),
    on: Name.meta({ description: 'The day.', pattern: DAY.source, examples: ['2026-11-20'] }),
  }),
).describe('A person set this in the Azure portal.');

/** A user flow as it is written. */
export const UserFlowEntry = located(
  z.strictObject({
    id: Name.describe(
      'In B2C the name in every sign-in address, with its prefix: `B2C_1_` and letters, digits, `_` and `-`. In External ID the display name. Another one replaces the flow.',
    ),
    type: z
      .enum(['signUpOrSignIn', 'signIn', 'signUp', 'profileUpdate', 'passwordReset'])
      .describe('Task of the flow. Another type replaces the flow.'),
    use: z
      .enum(['signIn', 'stepUp', 'profileEdit', 'passwordReset'])
      .describe('Use by the applications; one flow for each use. External ID has flows for `signIn` only.'),
    multifactor: MultifactorEntry.exactOptional(),
    attributes: z.array(FlowAttributeEntry).describe('Attributes that the flow asks for, in this order.').default([]),
    claims: z
      .array(Name)
      .describe(
        'User attributes that tokens carry, by their ids: `displayName`, `emails`. Graph has no property for it, so a person sets it: see `doneByHand`.',
      )
      .default([]),
    identityProviders: z
      .array(Name)
      .describe(
        'Identity providers that it offers: names in `customers.identityProviders`, or ids of the directory; `EmailPassword-OAUTH` are its own accounts.',
      ),
    languages: LanguagesEntry.exactOptional(),
    doneByHand: z
      .array(DoneByHandEntry)
      .describe(
        'B2C only: which of `multifactor` and `claims` a person has set. A setting without a record is a step to do.',
      )
      .default([]),
  }),
);
