import { compareText } from '../../source/finding';
import type { PrincipalId } from '../../source/ids';
import type { Organization } from '../../source/organization';

/** Somebody who can have a permission set, by name: the display name of a group, the user name of a user. */
export interface Holder {
  readonly kind: 'group' | 'user';
  readonly name: string;
}

/** A text that no other holder has. */
export function holderKey({ kind, name }: Holder): string {
  return JSON.stringify([kind, name]);
}

/** Tells whether two holders are one. */
export function isSameHolder(a: Holder, b: Holder): boolean {
  return a.kind === b.kind && a.name === b.name;
}

/** A holder in words. A user, who is an exception, is called one: `user jane@example.com`. */
export function holderText({ kind, name }: Holder): string {
  return kind === 'user' ? `user ${name}` : name;
}

/** Order of holders: groups come first, each kind by name. */
export function compareHolders(a: Holder, b: Holder): number {
  return compareText(a.kind, b.kind) || compareText(a.name, b.name);
}

/** Type of a holder as IAM Identity Center knows it. */
export function principalTypeOf({ kind }: Holder): 'GROUP' | 'USER' {
  return kind === 'user' ? 'USER' : 'GROUP';
}

type Store = Pick<Organization, 'groupByName' | 'userByName'>;

/** Identity Store id of a holder; undefined where the snapshot does not know one. */
export function principalOf({ kind, name }: Holder, { groupByName, userByName }: Store): PrincipalId | undefined {
  return kind === 'user' ? userByName.get(name)?.id : groupByName.get(name)?.id;
}
