import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';
import { openState, readJson } from '../base/state';
import { type IdentityGroup, type IdentityUser, KeptGroup, KeptUser } from './resources';

const FILE = {
  name: 'identity-store.sqlite',
  format: 1,
  schema:
    'CREATE TABLE resources (kind TEXT NOT NULL, id TEXT NOT NULL, resource TEXT NOT NULL, PRIMARY KEY (kind, id))',
};

interface IdentityStoreOptions {
  /** Folder that keeps it. @default none: in memory */
  readonly data?: string | undefined;
  /** Ids of groups by their names, as an organization has them. @default none: each is drawn */
  readonly groupIds?: ReadonlyMap<string, string>;
  readonly now?: () => Date;
}

type Draft<Resource> = Omit<Resource, 'id' | 'created' | 'lastModified'>;

/** Users and groups of an IAM Identity Center, as the access portal knows them. */
export class IdentityStore {
  private readonly userMap = new Map<string, IdentityUser>();
  private readonly groupMap = new Map<string, IdentityGroup>();
  private readonly database: DatabaseSync;

  constructor(private readonly options: IdentityStoreOptions = {}) {
    this.database = openState(options.data, FILE);
    for (const user of this.load('user', KeptUser)) this.userMap.set(user.id, user);
    for (const group of this.load('group', KeptGroup)) this.groupMap.set(group.id, group);
  }

  get users(): readonly IdentityUser[] {
    return [...this.userMap.values()];
  }

  get groups(): readonly IdentityGroup[] {
    return [...this.groupMap.values()];
  }

  findUser(id: string): IdentityUser | undefined {
    return this.userMap.get(id);
  }

  /** In any case: of names that differ in case alone there is one. */
  findUserByName(userName: string): IdentityUser | undefined {
    return this.users.find((user) => user.userName.toLowerCase() === userName.toLowerCase());
  }

  findGroup(id: string): IdentityGroup | undefined {
    return this.groupMap.get(id);
  }

  findGroupByName(displayName: string): IdentityGroup | undefined {
    return this.groups.find((group) => group.displayName.toLowerCase() === displayName.toLowerCase());
  }

  groupsOf(userId: string): readonly IdentityGroup[] {
    return this.groups.filter(({ members }) => members.includes(userId));
  }

  addUser(draft: Draft<IdentityUser>): IdentityUser {
    return this.putUser({ ...draft, ...this.dated(randomUUID()) });
  }

  addGroup(draft: Draft<IdentityGroup>): IdentityGroup {
    return this.putGroup({ ...draft, ...this.dated(this.options.groupIds?.get(draft.displayName) ?? randomUUID()) });
  }

  putUser(user: IdentityUser): IdentityUser {
    const changed = { ...user, lastModified: this.now() };
    this.save('user', changed);
    this.userMap.set(user.id, changed);
    return changed;
  }

  putGroup(group: IdentityGroup): IdentityGroup {
    const changed = { ...group, lastModified: this.now() };
    this.save('group', changed);
    this.groupMap.set(group.id, changed);
    return changed;
  }

  /** Removes a user, from groups too. */
  removeUser(id: string): void {
    for (const group of this.groupsOf(id)) {
      this.putGroup({ ...group, members: group.members.filter((member) => member !== id) });
    }
    this.userMap.delete(id);
    this.forget('user', id);
  }

  removeGroup(id: string): void {
    this.groupMap.delete(id);
    this.forget('group', id);
  }

  close(): void {
    this.database.close();
  }

  private now(): string {
    return (this.options.now?.() ?? new Date()).toISOString();
  }

  private dated(id: string): Pick<IdentityUser, 'id' | 'created' | 'lastModified'> {
    return { id, created: this.now(), lastModified: this.now() };
  }

  private load<Resource>(kind: string, schema: z.ZodType<Resource>): readonly Resource[] {
    const rows = this.database.prepare('SELECT resource FROM resources WHERE kind = ? ORDER BY rowid').all(kind);
    return rows.map((row) => readJson(schema, row, 'resource'));
  }

  private save(kind: string, resource: { readonly id: string }): void {
    const statement =
      'INSERT INTO resources (kind, id, resource) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET resource = excluded.resource';
    this.database.prepare(statement).run(kind, resource.id, JSON.stringify(resource));
  }

  private forget(kind: string, id: string): void {
    this.database.prepare('DELETE FROM resources WHERE kind = ? AND id = ?').run(kind, id);
  }
}
