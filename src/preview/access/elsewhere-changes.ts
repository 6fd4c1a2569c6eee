import type { Estate, ManagedElsewhere } from '../../estate/sections/estate';

const KINDS = { permissionSets: 'permission sets', groups: 'groups', users: 'users' } as const satisfies Record<
  keyof ManagedElsewhere,
  string
>;

/** Changes of what others manage, in sentences: what joins it is not looked at for drift any more. */
export function compareElsewhere(base: Estate, head: Estate): readonly string[] {
  const before = namesOf(base);
  const after = namesOf(head);
  return [
    ...[...after].flatMap(([key, { names, reason }]) =>
      before.has(key) ? [] : [`${names} are managed elsewhere, and no drift is looked for: ${reason}`],
    ),
    ...[...before].flatMap(([key, { names }]) => (after.has(key) ? [] : [`${names} are no longer managed elsewhere`])),
  ];
}

interface Elsewhere {
  /** Kind and name. */
  readonly names: string;
  readonly reason: string;
}

function namesOf({ access }: Estate): ReadonlyMap<string, Elsewhere> {
  const { managedElsewhere } = access ?? {};
  if (managedElsewhere === undefined) return new Map();
  const entries = (Object.keys(KINDS) as (keyof ManagedElsewhere)[]).flatMap((kind) =>
    managedElsewhere[kind].map(({ name, reason }) => {
      return [`${kind} ${name}`, { names: `${KINDS[kind]} '${name}'`, reason }] as const;
    }),
  );
  return new Map(entries);
}
