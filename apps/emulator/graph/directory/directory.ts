import { randomUUID } from 'node:crypto';
import { notFound } from '../graph-error';
import { type Json, type JsonObject, textsOf } from '../json';
import type { Quirks } from '../quirks';
import type { Tenant } from '../settings';
import type { Collection, Entity, Store } from '../store/store';
import type { Visibility } from '../store/visibility';

/** Lists of references that an object has, each kept in its order. */
export type Relation = 'owners' | 'members' | 'claimsMappingPolicies' | 'identityProviders' | 'applications';

export interface DirectoryParts {
  readonly store: Store;
  readonly visibility: Visibility;
  readonly tenant: Tenant;
  readonly quirks: Quirks;
  readonly now: () => Date;
  /** Shows an object as its type does at `/v1.0`. */
  readonly view: (directory: Directory, entity: Entity, typeName: string) => JsonObject;
}

/** The tenant that the services work on: its objects, as somebody sees them who may have to wait for consistency. */
export class Directory {
  readonly tenant: Tenant;
  readonly quirks: Quirks;
  private readonly store: Store;

  constructor(private readonly parts: DirectoryParts) {
    this.tenant = parts.tenant;
    this.quirks = parts.quirks;
    this.store = parts.store;
  }

  newId(): string {
    return randomUUID();
  }

  clock(): Date {
    return this.parts.now();
  }

  /** The time as Graph writes it, in whole seconds. */
  now(): string {
    return this.clock()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
  }

  /** The object as a reader sees it. @throws GraphError 404 */
  read(collection: Collection, id: string): Entity {
    const entity = this.parts.visibility.read(collection, id, this.store.find(collection, id));
    if (entity === undefined) throw notFound(id);
    return entity;
  }

  /** The object as a request finds it that changes it or refers to it. @throws GraphError 404 */
  get(collection: Collection, id: string): Entity {
    const entity = this.store.find(collection, id);
    if (entity === undefined || this.parts.visibility.isHidden(collection, id)) throw notFound(id);
    return entity;
  }

  /** The object as it is, visible or not. */
  find(collection: Collection, id: string): Entity | undefined {
    return this.store.find(collection, id);
  }

  /** An application or service principal by its app id, visible or not. */
  findByAppId(collection: 'applications' | 'servicePrincipals', appId: string): Entity | undefined {
    return this.store.findByAppId(collection, appId.toLowerCase());
  }

  /** An application by its app id, as a request finds it that refers to it. */
  findVisibleApplication(appId: string): Entity | undefined {
    const application = this.findByAppId('applications', appId);
    return application === undefined || this.parts.visibility.isHidden('applications', application.id)
      ? undefined
      : application;
  }

  /** Objects as a reader sees them. */
  list(collection: Collection): readonly Entity[] {
    return this.parts.visibility.list(collection, this.all(collection));
  }

  /** Objects as they are; for rules, which are enforced at once. */
  all(collection: Collection): readonly Entity[] {
    return [...this.store.list(collection)];
  }

  /** An object inside a list of mixed ones, which shows what `/v1.0` does. */
  view(entity: Entity, typeName: string): JsonObject {
    return this.parts.view(this, entity, typeName);
  }

  put(collection: Collection, entity: Entity): Entity {
    this.store.put(collection, entity);
    return entity;
  }

  remove(collection: Collection, id: string): void {
    this.store.remove(collection, id);
  }

  /** Ids that an object refers to, as a reader sees them. */
  readLinks(from: string, relation: Relation): readonly string[] {
    const id = `${from}/${relation}`;
    const link = this.parts.visibility.read('links', id, this.store.find('links', id));
    return link === undefined ? [] : textsOf(link, 'ids');
  }

  /** Ids that an object refers to. */
  links(from: string, relation: Relation): readonly string[] {
    const link = this.store.find('links', `${from}/${relation}`);
    return link === undefined ? [] : textsOf(link, 'ids');
  }

  setLinks(from: string, relation: Relation, ids: readonly string[]): void {
    const id = `${from}/${relation}`;
    if (ids.length > 0) this.store.put('links', { id, ids });
    else this.store.remove('links', id);
  }

  addLink(from: string, relation: Relation, id: string): void {
    this.setLinks(from, relation, [...this.links(from, relation), id]);
  }

  /** @throws GraphError 404 where the object does not refer to that one */
  removeLink(from: string, relation: Relation, id: string): void {
    const linked = this.links(from, relation);
    const kept = linked.filter((other) => other.toLowerCase() !== id.toLowerCase());
    if (kept.length === linked.length) throw notFound(id);
    this.setLinks(from, relation, kept);
  }

  /** Takes an object out of every list that refers to it. */
  unlinkEverywhere(id: string): void {
    for (const link of this.all('links')) {
      const ids = textsOf(link, 'ids');
      const kept = ids.filter((other) => other !== id);
      if (link.id.startsWith(`${id}/`) || kept.length === 0) this.store.remove('links', link.id);
      else if (kept.length < ids.length) this.store.put('links', { id: link.id, ids: kept });
    }
  }
}

/** Additions of the emulator to one of Graph's types; its properties are those of Microsoft's description. */
export interface EntityType {
  readonly collection: Collection;
  /** Without namespace: `application`. */
  readonly name: string;
  /** The entity set as `@odata.context` names it. */
  readonly set: string;
  /** Types that an object must say it is of, where `name` is their base. @default none */
  readonly kinds?: readonly string[];
  /** Values of a new object that are neither null nor an empty list. @default none */
  readonly initial?: JsonObject;
  /** Properties that a new object must have. @default none */
  readonly required?: readonly string[];
  /** Properties that a request may not set, besides the id and its times. @default none */
  readonly readOnly?: readonly string[];
  /** Properties that a request may set when it creates the object and never after. @default none */
  readonly fixed?: readonly string[];
  /** Properties that exist in Graph and cannot be set here: 501. @default none */
  readonly unsupported?: readonly string[];
  /** References that a create may carry, `owners@odata.bind`. @default none */
  readonly binds?: readonly Relation[];
  /** Objects of the service itself, which are found without regard to case and never change. @default none */
  readonly builtIn?: readonly Entity[];
  /** The part of a body that is stored. @default all */
  readonly kept?: (body: JsonObject) => JsonObject;
  /** Refuses an object as Graph does; `before` is undefined where it is new. @throws GraphError */
  readonly check?: (directory: Directory, entity: Entity, before: Entity | undefined) => void;
  /** Computes what is not stored. @default the object as it is stored */
  readonly view?: (directory: Directory, entity: Entity) => JsonObject;
  /** Properties that are shown only where `$select` names them. */
  readonly selected?: (entity: Entity) => JsonObject;
  /** Relations that `$expand` may name. @default none */
  readonly expand?: Readonly<Record<string, (directory: Directory, entity: Entity) => Json>>;
}
