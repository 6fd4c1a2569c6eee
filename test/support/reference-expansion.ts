import type { AccountSpec } from './estate-files';
import type { SelectorWords, World } from './arbitraries';

/**
 * What the grants of a world give, straight from the rules in words and as slowly as they are read: every group, set and
 * account is asked for each. Shares no code with the model.
 */
export function referenceExpansion(world: World): ReadonlySet<string> {
  // An unknown part gives nothing; the rest of the grant is expanded.
  const groups = [...world.declaredGroups, ...world.synchronizedGroups];
  const active = world.accounts.filter((account) => (account.state ?? 'ACTIVE') === 'ACTIVE');
  const found = world.grants.flatMap((grant) =>
    grant.permissionSets
      .filter((set) => world.permissionSets.includes(set) && groups.includes(grant.group))
      .flatMap((set) =>
        active
          .filter((account) =>
            grant.accounts.include.some((selector) => names(selector, account, world) && !isAmbiguous(selector, world)),
          )
          .filter((account) => !grant.accounts.exclude.some((selector) => names(selector, account, world)))
          .map((account) => `${grant.group} has ${set} in ${account.id}`),
      ),
  );
  return new Set(found);
}

/** An exact name of several accounts includes none of them, and excludes all. */
function isAmbiguous(selector: SelectorWords, world: World): boolean {
  return (
    'name' in selector &&
    !/[*?]/.test(selector.name) &&
    world.accounts.filter(({ name }) => name === selector.name).length > 1
  );
}

function names(selector: SelectorWords, account: AccountSpec & { readonly ou: string }, world: World): boolean {
  const isManagement = account.id === world.accounts[0]?.id;
  if ('id' in selector) return account.id === selector.id;
  if ('name' in selector && !/[*?]/.test(selector.name)) return account.name === selector.name;
  // All others are broad.
  if (isManagement) return false;
  if ('all' in selector) return true;
  if ('name' in selector) return fits([...selector.name], [...account.name]);
  if ('tags' in selector) {
    const own = new Map(Object.entries(account.tags ?? {}));
    return Object.entries(selector.tags).every(([key, value]) => own.get(key) === value);
  }
  if (selector.ou !== '/' && !world.ous.includes(selector.ou)) return false;
  if (account.ou === selector.ou) return true;
  const isBelow = selector.ou === '/' || account.ou.startsWith(`${selector.ou}/`);
  return isBelow && (selector.descendants ?? true);
}

/** `*` is any run of characters, `?` is one, all else is itself. */
function fits(pattern: readonly string[], name: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return name.length === 0;
  if (head === '*') return fits(rest, name) || (name.length > 0 && fits(pattern, name.slice(1)));
  return name.length > 0 && (head === '?' || head === name[0]) && fits(rest, name.slice(1));
}
