import type { EstatePlan } from '../../estate/plan/planner';
import { holderKey, holderText } from '../../estate/sections/access/holder';
import type { Assignment, Expansion } from '../../estate/sections/access/plan/expand';
import type { Grant } from '../../estate/sections/estate';
import { formatPlace } from '../../estate/source/finding';

export function resourceLine({ id, type, reason }: Cause): string {
  return `  ${id} (${type}): ${reason}`;
}

/** Says what a deployment failed for, and how to go on without an account that can't be changed. */
export function causeLines(causes: readonly Cause[], plan: Granted): readonly string[] {
  if (causes.length === 0) return [];
  const [existing, others] = [causes.filter(isThere), causes.filter((cause) => !isThere(cause))];
  return [
    'The last deployment was taken back, since this failed:',
    ...causes.map(resourceLine),
    ...(existing.length === 0 ? [] : [EXISTS]),
    ...waysOn(others, plan),
  ];
}

/** Code that a handler of CloudFormation answers with ('Handler error codes'), and IAM Identity Center's own words. */
const isThere = ({ reason }: Cause): boolean => /AlreadyExists|already exists/.test(reason);

const EXISTS =
  '  to do: what exists already was made by another stack, another program or a person. Take it out there and deploy that first, or ' +
  'delete it by hand, and deploy again; to take it over as it is, import it (npx --no entra-aws docs importing)';

/** A resource that a deployment failed for. */
interface Cause {
  readonly id: string;
  readonly type: string;
  readonly reason: string;
  /** Of an assignment: its account. */
  readonly account?: string;
}

/** Part of a plan that tells who has what in an account, and by which grant. */
type Granted = Pick<EstatePlan, 'access' | 'placeOf'>;

/** Losses that are listed one by one; the preview has the others. */
const SHOWN = 20;

/** Ways to deploy without accounts that can't be changed for now, and what each takes from whom. */
function waysOn(causes: readonly Cause[], plan: Granted): readonly string[] {
  const accounts = [...new Set(causes.flatMap(({ account }) => account ?? []))].toSorted();
  if (accounts.length === 0) return [];
  // Those of groups and users that are not synchronized yet are in no stack.
  const here = (plan.access?.expansion.assignments ?? []).filter(
    ({ account, principalId }) => principalId !== undefined && accounts.includes(account.id),
  );
  const failing = here.filter((one) => causes.some(({ id }) => id.includes(idPartOf(one))));
  const staying = here.filter((one) => !failing.includes(one));
  return [
    '  to do: fix it. What is suspended, closing or closed is left out once the snapshot says so: npx --no entra-aws snapshot',
    '  or, for now, give nothing new there: exclude it from the accounts of the grant that fails',
    ...grantLines(failing, plan),
    ...lossLines('    This takes away', lostWithout(failing, staying)),
    `  or leave ${accounts.length === 1 ? 'this account' : 'these accounts'} out of every grant, by lines of estate.yaml:`,
    '    access:',
    '      excludedAccounts:',
    ...accounts.flatMap((account) => [
      `        - account: '${account}'`,
      '          reason: why it is left out, and until when',
    ]),
    ...lossLines('    This takes away', staying),
    ...(staying.length === 0 ? [] : [NO_PARDON]),
  ];
}

const NO_PARDON = '    A deployment fails as long as an account that is ACTIVE keeps what this takes away';

/** Part of the logical id of an assignment, which is made of its account, permission set and principal. */
function idPartOf({ account, permissionSet, principalId }: Assignment): string {
  return `${account.id}${permissionSet}${principalId ?? ''}`.replaceAll(/[^A-Za-z0-9]/g, '');
}

/** Each grant that fails, with its accounts. */
function grantLines(failing: Expansion['assignments'], { placeOf }: Granted): readonly string[] {
  const accountsOf = new Map<Grant, Set<string>>();
  for (const { causes, account } of failing) {
    for (const { grant } of causes) accountsOf.set(grant, (accountsOf.get(grant) ?? new Set()).add(account.id));
  }
  return [...accountsOf].map(([grant, accounts]) => {
    const place = formatPlace(placeOf([...grant.at, grant.holder.kind]));
    const selectors = [...accounts].map((id) => `{ id: '${id}' }`).join(', ');
    return `    ${place} grant to ${holderText(grant.holder)}: exclude: [${selectors}]`;
  });
}

/** Assignments that no other grant gives than those that would exclude their account. */
function lostWithout(failing: Expansion['assignments'], staying: Expansion['assignments']): Expansion['assignments'] {
  return staying.filter((one) => {
    const inAccount = failing.filter(({ account }) => account.id === one.account.id);
    const excluding = new Set(inAccount.flatMap(({ causes }) => causes.map(({ grant }) => grant)));
    return one.causes.every(({ grant }) => excluding.has(grant));
  });
}

/** Losses by account and holder. */
function lossLines(opening: string, lost: Expansion['assignments']): readonly string[] {
  if (lost.length === 0) return [`${opening} nothing that is there`];
  const groups = Map.groupBy(lost, ({ account, holder }) => `${account.id} ${holderKey(holder)}`);
  const lines = [...groups.values()].flatMap((all) => {
    const [one] = all;
    if (one === undefined) return [];
    const sets = all.map(({ permissionSet }) => permissionSet).join(', ');
    return [`      ${sets} in ${one.account.name} (${one.account.id}) from ${one.holder.kind} ${one.holder.name}`];
  });
  const more = lines.length - SHOWN;
  return [
    `${opening}:`,
    ...lines.slice(0, SHOWN),
    ...(more > 0 ? [`      and ${more} more, as the preview shows`] : []),
  ];
}
