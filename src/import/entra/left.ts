/** Reason why something of Entra ID stays outside of the estate, or would change. */
export type EntraLeftReason =
  | 'decide'
  | 'secret'
  | 'by-hand'
  | 'denied'
  | 'to-be-given'
  | 'would-change'
  | 'person'
  | 'role'
  | 'ambiguous-group'
  | 'gone-group'
  | 'looked-up'
  | 'owner'
  | 'nested-group'
  | 'certificate'
  | 'address'
  | 'mapping'
  | 'job'
  | 'policy'
  | 'application'
  | 'flow';

/** Something that the estate does not take over. */
export interface EntraLeft {
  readonly reason: EntraLeftReason;
  readonly subject: string;
}

export const ENTRA_HEADINGS: Readonly<Record<EntraLeftReason, string>> = {
  decide:
    'To be decided before anything is adopted: ways in that somebody else may have made. Find out who made each (audit log of Entra ID); ' +
    'take away what is not yours in the portal, and declare in the estate what is: a way under `accepted` of its application, ' +
    'with a reason and a last day.',
  'would-change':
    'Settings that a deployment has in one way only, and that are otherwise now. pulumi preview shows each as a change; ' +
    'set them in the portal on a day of your own, or accept the change.',
  'to-be-given': 'Settings that no one can read, and that an option of the import gives. Run it again with the option.',
  denied:
    'Not read: a permission is missing, which is named, or Graph failed. The estate is without it; run the import again with ' +
    '--force when it can be read.',
  secret:
    'Passwords that no one can read. The config credentials: kept leaves them as they are, until the stack is to make its own.',
  'by-hand':
    'Settings of B2C user flows that Graph has no property for. Look them up in the portal, declare them, and record them: npx --no entra-aws steps done.',
  person: 'People who are assigned by themselves. An estate assigns groups; they stay, and nothing removes them.',
  role: "Assignments in another role than 'User'. They stay, and nothing removes them.",
  'ambiguous-group': 'Groups whose name several groups have. Give each a name of its own, then import again.',
  'gone-group': 'Assignments of groups that can no longer be read.',
  'looked-up': 'Groups that somebody else owns. The estate has them with adopt: { id }: looked up, never changed.',
  owner:
    'Groups that an application owns too: the estate names no owners of them, and they stay. Name the people who are to own each, and a deployment takes all others out.',
  'nested-group':
    'Groups in groups, which the estate does not have, with their number. They stay, and their people get nothing at AWS through them.',
  certificate:
    'Signing certificates that do not sign. They stay; declare one with the day on which it is to begin, and adopt it then.',
  address: 'Further addresses of the application.',
  mapping: 'Mappings of provisioning that an estate cannot say. They stay as they are.',
  job: 'Provisioning jobs of another template. They stay as they are.',
  policy: 'Conditional Access policies for the application that an estate cannot say. They stay as they are.',
  application: 'Applications beside those of the estate. They stay as they are.',
  flow: 'User flows beside those of the estate, which has one for each use. They stay as they are.',
};

export function left(reason: EntraLeftReason, ...subjects: readonly string[]): readonly EntraLeft[] {
  return subjects.map((subject) => ({ reason, subject }));
}
