import type { Json, JsonObject } from '../json';
import type { Collection, Entity } from '../store/store';
import type { Directory } from './directory';

/** One of Graph's types as the emulator knows it. */
export interface EntityType {
  readonly collection: Collection;
  /** Without namespace: `application`. */
  readonly name: string;
  /** The entity set as `@odata.context` names it. */
  readonly set: string;
  /** Every property with its value in a new object; the order is that of the answers. */
  readonly defaults: JsonObject;
  /** Properties that a request may not set. */
  readonly readOnly: readonly string[];
  /** Properties that a request may set when it creates the object and never after. @default none */
  readonly fixed?: readonly string[];
  /** Properties that exist in Graph and cannot be set here: 501. @default none */
  readonly unsupported?: readonly string[];
  /** Properties that only `/beta` shows. @default none */
  readonly betaOnly?: readonly string[];
  /** Null in a new object, these once anything in it is set. @default none */
  readonly complexDefaults?: JsonObject;
  /** References that a create may carry, `owners@odata.bind`. @default none */
  readonly binds?: readonly string[];
  /** Computes what is not stored. @default the object as it is stored */
  readonly view?: (directory: Directory, entity: Entity) => JsonObject;
  /** Properties that are shown only where `$select` names them. */
  readonly selected?: (entity: Entity) => JsonObject;
  /** Relations that `$expand` may name. @default none */
  readonly expand?: Readonly<Record<string, (directory: Directory, entity: Entity) => Json>>;
}
