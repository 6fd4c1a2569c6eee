import type { Section } from '../blocks/block';
import { aside, badge, line, list, name, names, place } from '../blocks/make';
import { count } from '../blocks/text';
import { shortPlace } from '../labels';
import type { ReportException } from './exception-types';

/** Accounts that are named one by one. */
const SHOWN = 10;

/** Grants to single users: who has what, where, why, and until when. */
export function exceptionSection(exceptions: readonly ReportException[]): Section {
  const items = exceptions.map((one) => {
    const where = one.accounts.length <= SHOWN ? names(one.accounts.map(({ id, name: text }) => name(text, id))) : '';
    const reach = one.accounts.length <= SHOWN ? line`in ${where}` : line`in ${count(one.accounts.length, 'account')}`;
    return line`${name(one.user)} ${stateOf(one)}: ${names(one.permissionSets.map((set) => name(set)))}${
      one.accounts.length === 0 ? '' : line` ${reach}`
    }. ${one.reason} ${place(shortPlace(one.place))}`;
  });
  return {
    id: 'exceptions',
    title: 'Exceptions',
    blocks: [aside(line`Users who have access that no group gives them, each until the end of a day.`), list(items)],
  };
}

function stateOf({ hasEnded, isPending, until }: ReportException) {
  const end = hasEnded ? badge(`ended on ${until}`, 'bad') : badge(`until ${until}`, 'warn');
  return isPending && !hasEnded ? line`${end} ${badge('pending', 'pending')}` : [end];
}
