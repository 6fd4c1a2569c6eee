import type { Json, JsonObject } from '../json';
import type { Collection, Entity } from '../store/store';
import type { Directory, Relation } from './directory';

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
