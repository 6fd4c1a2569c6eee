import { checkInputs } from './check';
import { diffInputs, type Difference } from './diff';
import type { Change, Context, Created, Failure, Known, Live, ResourceType } from './resource';
import { resourceTypes } from './resource-types';
import { quotedList } from '../src/estate/source/suggest';
import type { Properties } from './values';

export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly Failure[];
}

/** The resources of the package `entragraph`, without the engine's protocol around them. */
export class Provider {
  /** @throws Error if there is no such type. */
  resource(token: string): ResourceType<Properties> {
    const found = resourceTypes[token];
    if (found !== undefined) return found;
    throw new Error(`unknown resource type '${token}'; types: ${quotedList(Object.keys(resourceTypes))}`);
  }

  check(token: string, news: Properties, olds: Properties | undefined): Checked {
    return checkInputs(this.resource(token), news, olds);
  }

  diff(token: string, oldInputs: Properties, news: Properties): Difference {
    return diffInputs(this.resource(token), oldInputs, news);
  }

  create(token: string, inputs: Properties, context: Context): Promise<Created> {
    return this.resource(token).create(inputs, context);
  }

  read(
    token: string,
    at: { readonly id: string; readonly known?: Known<Properties> },
    context: Context,
  ): Promise<Live | undefined> {
    return this.resource(token).read(at.id, at.known, context);
  }

  update(
    token: string,
    at: { readonly id: string; readonly change: Change<Properties> },
    context: Context,
  ): Promise<Properties> {
    return this.resource(token).update(at.id, at.change, context);
  }

  delete(
    token: string,
    at: { readonly id: string; readonly known: Known<Properties> },
    context: Context,
  ): Promise<void> {
    return this.resource(token).delete(at.id, at.known, context);
  }
}
