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
    ...[...after].flatMap(([key, text]) => (before.has(key) ? [] : [`${text}, and no drift is looked for`])),
    ...[...before].flatMap(([key, text]) => (after.has(key) ? [] : [`no longer: ${text}`])),
  ];
}

function namesOf({ access }: Estate): ReadonlyMap<string, string> {
  const { managedElsewhere } = access ?? {};
  if (managedElsewhere === undefined) return new Map();
  const entries = (Object.keys(KINDS) as (keyof ManagedElsewhere)[]).flatMap((kind) =>
    managedElsewhere[kind].map(({ name, reason }) => {
      return [`${kind} ${name}`, `${KINDS[kind]} '${name}' are managed elsewhere (${reason})`] as const;
    }),
  );
  return new Map(entries);
}
