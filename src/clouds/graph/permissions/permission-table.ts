import {
  alternatives,
  findNeed,
  type Permissions,
  type TokenKind,
} from '../../../../apps/emulator/graph/permissions/needs';
import { READ_BY } from '../../../estate/plan/requests/graph-permissions';

export type { TokenKind } from '../../../../apps/emulator/graph/permissions/needs';

/** Permissions that are enough for a request, by Microsoft's table and what is known beside it. */
export function permissionsFor(request: string, kind: TokenKind): Permissions {
  const [method = '', path = ''] = request.split(' ');
  const need = findNeed({ method, path });
  if (need !== undefined) return need[kind];
  throw new Error(`no permissions for '${request}': add a row to apps/emulator/graph/permissions/own-rows.ts`);
}

/** Tells whether a token with these permissions may send a request. */
export function maySend(request: string, kind: TokenKind, held: readonly string[]): boolean {
  const reader = READ_BY[request];
  if (reader !== undefined && held.includes(reader)) return true;
  return alternatives(permissionsFor(request, kind)).some((together) => together.every((one) => held.includes(one)));
}
