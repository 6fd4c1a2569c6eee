import { assignmentsOf } from '../../estate/plan/explanation/allowed';
import type { AskedNames } from '../../estate/plan/explanation/explain';
import type { EstatePlan } from '../../estate/plan/planner';
import type { Assignment } from '../../estate/sections/access/plan/expand';
import { permissionSetsByName } from '../../estate/sections/access/plan/expand';
import { documentsOf } from '../../estate/sections/access/sets/policy-documents';
import type { PermissionSet } from '../../estate/sections/estate';
import { formatPlace } from '../../estate/source/finding';
import { SetLevels } from '../../preview/access/set-levels';
import { csvOf } from '../../text/csv';

const COLUMNS = [
  ...['principal_type', 'principal', 'permission_set', 'account_id', 'account', 'ou', 'state', 'until'],
  ...['session_duration', 'levels', 'grants'],
] as const;

/** Access as CSV (RFC 4180), a line a holder, permission set and account: those that a question means. */
export function accessCsv(plan: EstatePlan, question: AskedNames): string {
  const { access } = plan.estate;
  if (access === undefined) return csvOf([COLUMNS]);
  const [sets, levels] = [permissionSetsByName(access), new SetLevels({ access, documents: documentsOf(plan) })];
  const rows = assignmentsOf(plan, question).map((one) => {
    const set = sets.get(one.permissionSet);
    const { holder, permissionSet, account, principalId } = one;
    return [
      ...[holder.kind, holder.name, permissionSet, account.id, account.name, account.ou.path],
      ...[principalId === undefined ? 'pending' : 'granted', endOf(one), set?.sessionDuration.text ?? 'unknown'],
      ...[set === undefined ? 'unknown' : levelsIn(set, account.id, levels), grantsOf(one, plan)],
    ];
  });
  return csvOf([COLUMNS, ...rows]);
}

/** The last day that a cause gives it; empty where one gives it without an end. */
function endOf({ causes }: Assignment): string {
  const days = causes.map(({ grant: { holder } }) => (holder.kind === 'user' ? holder.until : ''));
  return days.includes('') ? '' : days.reduce((latest, day) => (day > latest ? day : latest));
}

function levelsIn(set: PermissionSet, account: string, all: SetLevels): string {
  return all
    .of(set, [account])
    .flatMap(({ levels, isUnknown }) => [...levels.map(({ level }) => level), ...(isUnknown ? ['unknown'] : [])])
    .join('; ');
}

function grantsOf({ causes }: Assignment, plan: EstatePlan): string {
  return [...new Set(causes.map(({ grant }) => formatPlace(plan.placeOf(grant.at))))].join('; ');
}
