import { z } from 'zod';
import type { Permissions, TokenKind } from '../../../apps/emulator/graph/permissions/needs';

/** Microsoft's table: of each permission the requests that it is enough for. */
export const MicrosoftPermissions = z.object({
  permissions: z.record(
    z.string(),
    z.object({
      pathSets: z.array(
        z.object({
          schemeKeys: z.array(z.string()),
          methods: z.array(z.string()),
          /** By path; the value is `least=DelegatedWork,Application;AlsoRequires=Other.Permission`. */
          paths: z.record(z.string(), z.string()),
        }),
      ),
    }),
  ),
});
export type MicrosoftPermissions = z.infer<typeof MicrosoftPermissions>['permissions'];

type Row = Readonly<Partial<Record<TokenKind, Permissions>>>;

const SCHEMES: readonly (readonly [TokenKind, string])[] = [
  ['application', 'Application'],
  ['delegated', 'DelegatedWork'],
];

/** Permissions of Intune and of agents, of which the table has many for every read of a user. */
const FOREIGN = /^(?:AgentIdUser|DeviceManagement)/;
/** Permissions that change nothing. */
const READS = /\.Read(?:Basic)?(?:\.|$)/;
/** A request that changes nothing although it is a POST. */
const READING_POSTS: ReadonlySet<string> = new Set(['POST /directoryobjects/getbyids']);

interface Entry {
  readonly request: string;
  readonly kind: TokenKind;
  /** `A & B`, sorted. */
  readonly permissions: string;
  readonly isLeast: boolean;
}

/** The rows of some requests, sorted by request. */
export function extractRows(table: MicrosoftPermissions, wanted: ReadonlySet<string>): Readonly<Record<string, Row>> {
  const entries = Object.entries(table)
    .flatMap(([name, { pathSets }]) => (FOREIGN.test(name) ? [] : pathSets.flatMap((set) => entriesOf(name, set))))
    .filter(({ request, permissions }) => wanted.has(request) && isPossible(request, permissions));
  const requests = [...new Set(entries.map(({ request }) => request))].toSorted();
  return Object.fromEntries(
    requests.map((request) => {
      const own = entries.filter((entry) => entry.request === request);
      const kinds = SCHEMES.map(([kind]) => [kind, rowOf(own.filter((entry) => entry.kind === kind))] as const);
      return [request, Object.fromEntries(kinds.filter(([, { least, also }]) => least.length + also.length > 0))];
    }),
  );
}

/** What only reads lets nobody write: where the table says so, it has the half of what is needed together. */
function isPossible(request: string, permissions: string): boolean {
  const isRead = request.startsWith('GET ') || READING_POSTS.has(request);
  return isRead || permissions.split(' & ').some((name) => !READS.test(name));
}

function rowOf(entries: readonly Entry[]): Permissions {
  const least = new Set(entries.filter(({ isLeast }) => isLeast).map(({ permissions }) => permissions));
  const also = new Set(entries.map(({ permissions }) => permissions).filter((permissions) => !least.has(permissions)));
  return { least: [...least].toSorted(), also: [...also].toSorted() };
}

type PathSet = MicrosoftPermissions[string]['pathSets'][number];

function entriesOf(name: string, { schemeKeys, methods, paths }: PathSet): readonly Entry[] {
  return Object.entries(paths).flatMap(([path, value]) => {
    const { least = [], AlsoRequires: others = [] } = parseValue(value);
    const combined = others.length === 0 ? [name] : others.map((other) => [name, other].toSorted().join(' & '));
    const bare = path
      .replaceAll(/\{\w[\w-]*\}/g, '{id}')
      .replace(/\/\$(?:ref|value)$/, '')
      .toLowerCase();
    return methods.flatMap((method) =>
      SCHEMES.filter(([, scheme]) => schemeKeys.includes(scheme)).flatMap(([kind, scheme]) =>
        combined.map((permissions) => ({
          request: `${method} ${bare}`,
          kind,
          permissions,
          isLeast: least.includes(scheme),
        })),
      ),
    );
  });
}

function parseValue(value: string): Readonly<Partial<Record<string, readonly string[]>>> {
  const parts = value.split(';').filter((part) => part !== '');
  return Object.fromEntries(
    parts.map((part): [string, readonly string[]] => [
      part.split('=', 1).join(''),
      part.replace(/^[^=]*=/, '').split(','),
    ]),
  );
}
