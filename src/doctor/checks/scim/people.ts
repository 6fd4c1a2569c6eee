import { showValue } from '../../../estate/source/finding';
import { nameKey } from '../../../estate/source/names';
import { quotedList } from '../../../text/suggest';
import type { SamlSettings } from '../../../estate/sections/workforce/workforce';
import type { StoreUser } from '../../../clouds/facts/access-facts';
import type { Assigned, DirectoryUser } from '../../../clouds/facts/workforce-facts';
import { together } from '../../../clouds/reading';
import { check, examine, failure, type Observed, okUnless, scimAtAwsOf, warning } from '../../check';

export const NEXT_CYCLE =
  'if it is so after the next cycle (40 minutes), see the provisioning logs of the application, and provision the one on demand';

/** People who are assigned, as records at AWS are told apart. */
export class People {
  private readonly byId: ReadonlyMap<string, DirectoryUser>;
  private readonly byName: ReadonlyMap<string, DirectoryUser>;

  constructor(
    { groups, users }: Assigned,
    private readonly nameId: SamlSettings['nameId'],
  ) {
    const all = [...users, ...groups.flatMap((group) => group.users)];
    this.byId = new Map(all.map((person) => [person.id, person]));
    this.byName = new Map(all.map((person) => [nameKey(this.nameOf(person)), person]));
  }

  /** Everybody, once. */
  get all(): readonly DirectoryUser[] {
    return [...this.byId.values()];
  }

  /** The AWS user name that somebody should have. */
  nameOf({ mail, userPrincipalName }: DirectoryUser): string {
    return (this.nameId === 'mail' ? mail : undefined) ?? userPrincipalName;
  }

  /** Finds the person of a record by what provisioning wrote, or else by its name. */
  find({ externalId, name }: StoreUser): DirectoryUser | undefined {
    return (externalId && this.byId.get(externalId)) ?? this.byName.get(nameKey(name));
  }
}

/** The people at AWS are those who are assigned. */
export const people = check(scimAtAwsOf, {
  id: 'scim-people',
  title: 'People at AWS are those who are assigned',
  run: ({ declared: { saml }, facts, access }, { plan: { estate } }) =>
    examine(together({ assigned: facts.assigned, users: access.users }), ({ assigned, users }) => {
      const known = new People(assigned, saml.nameId);
      const emergency = new Set(estate.workforce?.leavers?.breakGlassUsers.map(nameKey));
      const others = users.filter(({ name }) => !emergency.has(nameKey(name)));
      return okUnless(compare(known, others), `${known.all.length} people are assigned, and the same at AWS`);
    }),
});

function compare(known: People, users: readonly StoreUser[]): Observed {
  const doubles = [...Map.groupBy(users, ({ externalId }) => externalId)].filter(
    ([externalId, all]) => externalId !== undefined && all.length > 1,
  );
  const linked = new Map(users.map((user) => [user.externalId, user]));
  const named = new Map(users.map((user) => [nameKey(user.name), user]));
  const expected = known.all.flatMap((person) => {
    const name = known.nameOf(person);
    return comparePerson({ person, name }, linked.get(person.id), named.get(nameKey(name)));
  });
  const twice = doubles.map(([externalId = '', all]) =>
    failure(
      `${all.length} records at AWS have the external id ${externalId}: ${quotedList(all.map(({ name }) => name))}`,
      'see in the provisioning logs which of them Entra ID writes, and delete the other at AWS',
    ),
  );
  return [...twice, ...expected, ...users.map((user) => known.find(user) === undefined && unknownUser(user))];
}

interface Expected {
  readonly person: DirectoryUser;
  /** The AWS user name that it should have. */
  readonly name: string;
}

/**
 * @param linked the record that has the object id of the person
 * @param named the record of the name
 */
function comparePerson(
  { person, name: text }: Expected,
  linked: StoreUser | undefined,
  named: StoreUser | undefined,
): Observed {
  const name = showValue(text);
  if (linked === undefined) {
    if (named === undefined) return [person.isEnabled && warning(`${name} is assigned, but not at AWS`, NEXT_CYCLE)];
    return [
      failure(
        `${name} is at AWS, but not as the person of Entra ID: the external id is ` +
          `${named.externalId ?? 'missing'}, not the object id ${person.id}`,
        'map objectId to externalId, and restart provisioning; a record made by hand has to be deleted at AWS first',
      ),
    ];
  }
  const there = showValue(linked.name);
  return [
    nameKey(linked.name) !== nameKey(text) &&
      warning(`${name} is ${there} at AWS, so that the NameID finds no one: renamed`, NEXT_CYCLE),
    linked.isEnabled === false &&
      person.isEnabled &&
      warning(`${there} is disabled at AWS, but not in Entra ID`, NEXT_CYCLE),
    linked.isEnabled === true &&
      !person.isEnabled &&
      failure(`${there} is disabled in Entra ID, but not at AWS`, NEXT_CYCLE),
  ];
}

/** A record at AWS of no one who is assigned. Once it is disabled it is a leaver's, and stays until it is cleaned up. */
function unknownUser({ externalId, isEnabled, name }: StoreUser) {
  if (externalId === undefined) {
    return failure(
      `${showValue(name)} was made by hand at AWS`,
      'delete the record at AWS; a user for emergencies is in workforce.leavers.breakGlassUsers of the estate',
    );
  }
  return (
    isEnabled !== false && failure(`${showValue(name)} is enabled at AWS, but not assigned in Entra ID`, NEXT_CYCLE)
  );
}
