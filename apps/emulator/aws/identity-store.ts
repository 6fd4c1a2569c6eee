import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';
import { openState, readJson } from '../base/state';
import { type Dated, type GroupDraft, type IdentityGroup, KeptGroup, KeptUser, type UserDraft } from './resources';

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

interface Kind<Attributes extends object> {
  readonly name: 'user' | 'group';
  readonly schema: z.ZodType<Attributes & Dated>;
  readonly nameOf: (attributes: Attributes) => string;
  /** @default drawn */
  readonly idOf?: (attributes: Attributes) => string | undefined;
}

/** Users or groups. */
export class Resources<Attributes extends object> {
  private readonly byId: Map<string, Attributes & Dated>;

  constructor(
    private readonly database: DatabaseSync,
    private readonly kind: Kind<Attributes>,
    private readonly now: () => Date = () => new Date(),
  ) {
    const rows = database.prepare('SELECT resource FROM resources WHERE kind = ? ORDER BY rowid').all(kind.name);
    const kept = rows.map((row) => readJson(kind.schema, row, 'resource'));
    this.byId = new Map(kept.map((resource) => [resource.id, resource]));
  }

  get all(): readonly (Attributes & Dated)[] {
    return [...this.byId.values()];
  }

  find(id: string): (Attributes & Dated) | undefined {
    return this.byId.get(id);
  }

  /** In any case: of names that differ in case alone there is one. */
  findByName(name: string): (Attributes & Dated) | undefined {
    return this.all.find((resource) => this.kind.nameOf(resource).toLowerCase() === name.toLowerCase());
  }

  add(attributes: Attributes): Attributes & Dated {
    const id = this.kind.idOf?.(attributes) ?? randomUUID();
    return this.put({ ...attributes, id, created: this.now().toISOString(), lastModified: '' });
  }

  put(resource: Attributes & Dated): Attributes & Dated {
    const changed = { ...resource, lastModified: this.now().toISOString() };
    const statement =
      'INSERT INTO resources (kind, id, resource) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET resource = excluded.resource';
    this.database.prepare(statement).run(this.kind.name, resource.id, JSON.stringify(changed));
    this.byId.set(resource.id, changed);
    return changed;
  }

  remove(id: string): void {
    this.byId.delete(id);
    this.database.prepare('DELETE FROM resources WHERE kind = ? AND id = ?').run(this.kind.name, id);
  }
}

/** Users and groups of an IAM Identity Center, as the access portal knows them. */
export class IdentityStore {
  readonly users: Resources<UserDraft>;
  readonly groups: Resources<GroupDraft>;
  private readonly database: DatabaseSync;

  constructor({ data, groupIds, now }: IdentityStoreOptions = {}) {
    this.database = openState(data, FILE);
    const nameOf = ({ userName }: UserDraft): string => userName;
    this.users = new Resources<UserDraft>(this.database, { name: 'user', schema: KeptUser, nameOf }, now);
    const groups: Kind<GroupDraft> = {
      name: 'group',
      schema: KeptGroup,
      nameOf: ({ displayName }) => displayName,
      idOf: ({ displayName }) => groupIds?.get(displayName),
    };
    this.groups = new Resources(this.database, groups, now);
  }

  groupsOf(userId: string): readonly IdentityGroup[] {
    return this.groups.all.filter(({ members }) => members.includes(userId));
  }

  /** Removes a user, from groups too. */
  removeUser(id: string): void {
    for (const group of this.groupsOf(id)) {
      this.groups.put({ ...group, members: group.members.filter((member) => member !== id) });
    }
    this.users.remove(id);
  }

  close(): void {
    this.database.close();
  }
}
