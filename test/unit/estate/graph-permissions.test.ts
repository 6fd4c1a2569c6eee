import { maySend, permissionsFor, type TokenKind } from '../../../src/clouds/graph/permissions/needed-permissions';
import {
  type DirectoryKind,
  GRAPH_PERMISSIONS,
  READ_BY,
  RESOURCES_OF,
} from '../../../src/estate/plan/requests/graph-permissions';
import { type Duty, GRAPH_RESOURCES } from '../../../src/estate/plan/requests/graph-requests';

const KINDS: readonly DirectoryKind[] = ['b2c', 'external-id', 'workforce'];

/** Lists of permissions, and the kind of the token that has them: a person who looks has those of people. */
const LISTS: readonly (readonly [DirectoryKind, Duty, TokenKind])[] = KINDS.flatMap((kind) => [
  [kind, 'preview', 'application'] as const,
  [kind, 'deploy', 'application'] as const,
  [kind, 'look', 'delegated'] as const,
]);

/** Narrower permissions of the table that are not enough all the same. */
const TOO_NARROW: Readonly<Record<string, readonly string[]>> = {
  // They read basic properties alone: neither the description of a group nor the rule for its members.
  'Group.Read.All': ['Group.ReadBasic.All', 'GroupMember.Read.All', 'GroupMember.ReadBasic.All'],
  // Microsoft's provisioningInfo.json has it of another service than Microsoft Graph, so no application can be given it here.
  'GroupMember.Read.All': ['GroupMember.ReadBasic.All'],
};

const isReading = (permission: string): boolean => permission.endsWith('.Read.All');

describe.each(LISTS)(
  'in a directory of %s, an identity that is to %s, by permissions of kind %s:',
  (directory, duty, kind) => {
    const granted = Object.keys(GRAPH_PERMISSIONS[directory][duty]);
    const requests = [...new Set(RESOURCES_OF[directory].flatMap((resource) => GRAPH_RESOURCES[resource][duty]))];
    const refused = (permissions: readonly string[]): readonly string[] =>
      requests.filter((request) => !maySend(request, kind, permissions));
    const without = (permission: string): readonly string[] => granted.filter((one) => one !== permission);
    /** Permissions that Microsoft calls the least for a request, each of those that are needed together. */
    const leastFor = (request: string): readonly string[] =>
      permissionsFor(request, kind).least.flatMap((entry) => entry.split(' & '));

    test('may send every request of the program', () => {
      expect(granted.length).toBeGreaterThan(0);
      expect(refused(granted)).toEqual([]);
    });

    test('has no permission that no request needs', () => {
      expect(granted.filter((permission) => refused(without(permission)).length === 0)).toEqual([]);
    });

    test('has no permission in place of which Microsoft calls another one the least', () => {
      const others = granted.flatMap((permission) => {
        const lost = refused(without(permission));
        if (lost.some((request) => READ_BY[request] === permission || leastFor(request).includes(permission)))
          return [];
        const everywhere = lost
          .flatMap(leastFor)
          .filter((name) => lost.every((request) => leastFor(request).includes(name)));
        return [...new Set(everywhere)]
          .filter((name) => !(TOO_NARROW[permission] ?? []).includes(name) && (duty === 'deploy' || isReading(name)))
          .map((name) => `${name} in place of ${permission}`);
      });
      expect(others).toEqual([]);
    });
  },
);
