import { randomUUID } from 'node:crypto';
import { checkAnswer, type Reason, type Refusal, refused } from '../../saml/check';
import type { ProviderMetadata } from '../../saml/metadata';
import { requestUrl } from '../../saml/request';
import type { IdentityStore } from '../identity-store';
import type { IdentityProvider } from './identity-provider';

/** Access of a group or a user to an account, by names of the Identity Store. */
export interface Grant {
  readonly holder: { readonly kind: 'group' | 'user'; readonly name: string };
  readonly account: { readonly id: string; readonly name: string };
  readonly permissionSet: string;
}

export interface PortalOptions {
  readonly store: IdentityStore;
  readonly provider: IdentityProvider;
  /** IAM Identity Center's issuer URL. */
  readonly identifier: string;
  /** Its ACS URLs, the primary Region's first. */
  readonly replyUrls: readonly [string, ...string[]];
  /** Assignments as they are deployed. */
  readonly grants: () => readonly Grant[];
  readonly now: () => Date;
}

type SignInReason = Reason | 'no-provider' | 'handed-in-twice' | 'unknown-user' | 'disabled-user';
export type SignInRefusal = Refusal<SignInReason>;

/** Somebody who is signed in. */
interface Session {
  readonly userId: string;
  /** What the page showed last. */
  seen: ReadonlyMap<string, Grant> | undefined;
}

/** The AWS access portal, and the sign-in to it. */
export class Portal {
  private readonly sessions = new Map<string, Session>();
  private readonly used = new Map<string, Date>();

  constructor(readonly options: PortalOptions) {}

  /** Where somebody is sent who has not signed in. */
  requestUrl(): string | SignInRefusal {
    const { provider, identifier, replyUrls, now } = this.options;
    if (provider.metadata === undefined) return NO_PROVIDER;
    const request = { id: `_${randomUUID()}`, issuer: identifier, replyUrl: replyUrls[0], now: now() };
    return requestUrl(provider.metadata.signOnUrl, request);
  }

  /** Takes an answer at an ACS URL. @returns the id of the session, or why there is none */
  signIn(xml: string, replyUrl: string): { readonly kind: 'signed-in'; readonly session: string } | SignInRefusal {
    const { provider, store } = this.options;
    if (provider.metadata === undefined) return NO_PROVIDER;
    const checked = this.check(xml, { replyUrl, provider: provider.metadata });
    if (checked.kind === 'refused') return checked;
    const { nameId } = checked;
    const user = store.users.findByName(nameId);
    // AWS's page on troubleshooting wants an exact match; that case counts is our own reading.
    if (user?.userName !== nameId) {
      const near = user === undefined ? '' : `, which has '${user.userName}'`;
      return refused('unknown-user', `the NameID '${nameId}' is no userName of the Identity Store${near}`);
    }
    if (!user.active) return refused('disabled-user', `the Identity Store has disabled '${user.userName}'`);
    const session = randomUUID();
    this.sessions.set(session, { userId: user.id, seen: undefined });
    return { kind: 'signed-in', session };
  }

  /** What a session shows now; undefined where it is none, or its user has gone. */
  view(id: string) {
    const { store, grants } = this.options;
    const session = this.sessions.get(id);
    const user = session === undefined ? undefined : store.users.find(session.userId);
    if (session === undefined || user?.active !== true) return undefined;
    const groups = new Set(store.groupsOf(user.id).map(({ displayName }) => displayName));
    const held = grants().filter(({ holder: { kind, name } }) =>
      kind === 'group' ? groups.has(name) : name.toLowerCase() === user.userName.toLowerCase(),
    );
    const before = session.seen;
    const seen = new Map(held.map((grant) => [roleKey(grant), grant]));
    session.seen = seen;
    return {
      userName: user.userName,
      displayName: user.displayName,
      accounts: accountsOf(held, (grant) => before !== undefined && !before.has(roleKey(grant))),
      /** Roles that were there when the page was shown last. */
      lost: lostRoles([...(before ?? [])].flatMap(([key, grant]) => (seen.has(key) ? [] : [grant]))),
    };
  }

  signOut(id: string): void {
    this.sessions.delete(id);
  }

  /** An assertion counts once: SAML 2.0, profiles, 4.1.4.5. */
  private check(xml: string, trust: { readonly replyUrl: string; readonly provider: ProviderMetadata }) {
    const now = this.options.now();
    const checked = checkAnswer(xml, { ...trust, audience: this.options.identifier, now });
    if (checked.kind === 'refused') return checked;
    for (const [id, ends] of this.used) if (ends <= now) this.used.delete(id);
    if (this.used.has(checked.assertionId))
      return refused('handed-in-twice', `${checked.assertionId} was handed in before`);
    this.used.set(checked.assertionId, checked.ends);
    return checked;
  }
}

const NO_PROVIDER = refused('no-provider', 'no metadata of an identity provider was uploaded');

function roleKey({ permissionSet, account }: Grant): string {
  return `${account.id} ${permissionSet}`;
}

function lostRoles(lost: readonly Grant[]) {
  const byRole = Map.groupBy(lost, ({ permissionSet }) => permissionSet);
  return [...byRole].map(([name, grants]) => ({ name, accounts: grants.map(({ account }) => account.name) }));
}

/** Accounts by name, each role once, however many groups give it. */
function accountsOf(held: readonly Grant[], isNew: (grant: Grant) => boolean) {
  const byAccount = Map.groupBy(held, ({ account }) => account.id);
  const accounts = [...byAccount.values()].flatMap((grants) => {
    const roles = new Map(grants.map((grant) => [grant.permissionSet, grant]));
    const shown = [...roles.values()].map((grant) => ({
      name: grant.permissionSet,
      link: linkOf(grant),
      isNew: isNew(grant),
    }));
    return grants.slice(0, 1).map(({ account }) => ({ ...account, roles: shown.toSorted(byName) }));
  });
  return accounts.toSorted(byName);
}

/** As the portal's links are: https://docs.aws.amazon.com/singlesignon/latest/userguide/createshortcutlink.html */
function linkOf({ account, permissionSet }: Grant): string {
  const query = new URLSearchParams({ account_id: account.id, role_name: permissionSet });
  return `/console?${query.toString()}`;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
