/** Lines under one heading on a terminal; the file has them all. */
export const SHOWN_LINES = 20;

/** Headings by the reason why something stays as it is in AWS, outside of the estate. */
const HEADINGS = {
  user:
    'Assignments of single users. They stay as they are, and nothing removes them. To take them over as exceptions, import ' +
    'with --users-until and their last day.',
  'unknown-group':
    'Assignments of groups that the Identity Store no longer has. They give no one anything; delete them.',
  'ambiguous-group':
    'Assignments of groups whose name several groups have. Give each a name of its own, then import again.',
  'inactive-account': 'Assignments in accounts that are not active. An estate leaves such accounts out.',
  'unknown-account': 'Assignments in accounts that the organization does not have.',
  'excluded-account':
    'Assignments in accounts of excludedAccounts. No grant reaches these accounts, and what is there stays as it is.',
  'unknown-set': 'Assignments of permission sets that are not listed.',
  'attribute-sources': 'Attributes for access control with another number of sources than one.',
  'inline-policy': 'Inline policies that are not a JSON object.',
  'system-tag':
    'Tags that AWS sets by itself. A set with aws:cloudformation:stack-name belongs to that stack: it can be imported ' +
    'only after the stack has let it go (DeletionPolicy: Retain, then remove it from its template).',
  'management-copy':
    'Assignments in the management account of sets that are assigned elsewhere too. The estate gives them by a copy of the ' +
    'set: deploy NAME-access-management, remove these with deploy repair access, then deploy NAME-access.',
  'undeployed-set': 'Permission sets that the estate had and AWS does not have. Write them again to deploy them.',
  'grant-acknowledgement':
    'Acknowledgements of grants, which are written from what is deployed. Write again what still holds.',
};

/** Something that the estate does not take over. */
export interface LeftThing {
  readonly reason: keyof typeof HEADINGS;
  /** Description: `user 9067… has AdministratorAccess in 111122223333`. */
  readonly subject: string;
}

/** Lists what the estate leaves out, by reason; empty if that is nothing. */
export function describeLeft(left: readonly LeftThing[], limit = Infinity): string {
  return describeByReason(left, HEADINGS, limit);
}

/** The same of things with headings of their own. */
export function describeByReason<Reason extends string>(
  left: readonly { readonly reason: Reason; readonly subject: string }[],
  headings: Readonly<Record<Reason, string>>,
  limit = Infinity,
): string {
  const byReason = Map.groupBy(left, ({ reason }) => reason);
  return [...byReason]
    .map(([reason, things]) => {
      const shown = things.slice(0, limit).map(({ subject }) => `  ${subject}`);
      const more = things.length - shown.length;
      return [`${headings[reason]} (${things.length})`, ...shown, ...(more > 0 ? [`  and ${more} more`] : [])].join(
        '\n',
      );
    })
    .map((part) => `${part}\n`)
    .join('\n');
}
