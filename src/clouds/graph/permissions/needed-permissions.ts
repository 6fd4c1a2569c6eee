import {
  alternatives,
  findNeed,
  type Permissions,
  type TokenKind,
} from '../../../../apps/emulator/graph/permissions/needs';
import {
  directoryKind,
  FURTHER_PERMISSIONS,
  GRAPH_PERMISSIONS,
  type GraphEstate,
  graphResources,
  READ_BY,
} from '../../../estate/plan/requests/graph-permissions';
import { type Duty, GRAPH_RESOURCES, type GraphResource } from '../../../estate/plan/requests/graph-requests';
import type { PulumiKind } from '../../../estate/plan/stacks/stacks';

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

/** A permission of Microsoft Graph that an identity of an estate needs. */
export interface NeededPermission {
  readonly permission: string;
  /** Its use, in a few words. */
  readonly reason: string;
  /** Resources of the estate that could not be deployed, or read, without it. */
  readonly resources: readonly GraphResource[];
  /** Requests that would be refused without it, as the table of permissions writes them. */
  readonly requests: readonly string[];
}

/** Kind of the token that an identity has: who only looks is a person. */
export function tokenKindOf(duty: Duty): TokenKind {
  return duty === 'look' ? 'delegated' : 'application';
}

/** The least permissions with which the resources that an estate has in the directory of a program can be dealt with. */
export function neededPermissions(estate: GraphEstate, program: PulumiKind, duty: Duty): readonly NeededPermission[] {
  const resources = graphResources(estate, program);
  const further = resources.map((resource) => FURTHER_PERMISSIONS[resource]?.[duty] ?? {});
  const reasons: Readonly<Record<string, string>> = Object.assign(
    {},
    GRAPH_PERMISSIONS[directoryKind(estate, program)][duty],
    ...further,
  ) as Record<string, string>;
  const needs = (held: readonly string[], permission: string): NeededPermission => {
    const without = held.filter((one) => one !== permission);
    const lost = (resource: GraphResource): readonly string[] =>
      GRAPH_RESOURCES[resource][duty].filter((request) => !maySend(request, tokenKindOf(duty), without));
    const bereft = resources.filter((resource) => lost(resource).length > 0 || isOwnOf(resource, duty, permission));
    const requests = [...new Set(bereft.flatMap(lost))];
    return { permission, reason: reasons[permission] ?? '', resources: bereft, requests };
  };
  // One at a time: of two that could stand for each other, one stays.
  const held = Object.keys(reasons).reduce<readonly string[]>(
    (rest, permission) =>
      needs(rest, permission).resources.length > 0 ? rest : rest.filter((one) => one !== permission),
    Object.keys(reasons),
  );
  return held.map((permission) => needs(held, permission));
}

/** Permissions that the table has no request for. */
function isOwnOf(resource: GraphResource, duty: Duty, permission: string): boolean {
  return GRAPH_RESOURCES[resource][duty].length === 0 && permission in (FURTHER_PERMISSIONS[resource]?.[duty] ?? {});
}
