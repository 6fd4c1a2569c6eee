import { randomUUID } from 'node:crypto';
import { GraphClient } from '../../provider/graph/client';
import { Locks } from '../../provider/graph/locks';
import { Transport } from '../../provider/graph/transport';
import { Waiter, type Clock } from '../../provider/graph/waiter';
import { checkInputs } from '../../provider/check';
import { type Difference, diffInputs, isImported, markImported, withoutMark } from '../../provider/diff';
import { IncompleteError, type Context, type Created, type Failure, type ResourceType } from '../../provider/resource';
import { resourceType } from '../../provider/resource-types';
import type { Properties } from '../../provider/values';
import { Holders } from '../../provider/rpc/operations';

/** Time that passes only in pauses, and at once. */
export class VirtualClock implements Clock {
  private time = Date.now();
  readonly pauses: number[] = [];
  readonly now = (): number => this.time;
  readonly random = (): number => 0.5;
  readonly sleep = (ms: number): Promise<void> => {
    this.pauses.push(ms);
    this.time += ms;
    return Promise.resolve();
  };
}

/** A resource of the state. */
export interface Stored {
  readonly id: string;
  readonly inputs: Properties;
  readonly state: Properties;
  /** Why the engine must update it although nothing differs. */
  readonly initErrors: readonly string[];
}

/** Inputs that a resource is stored with after a step, and after one that could not be finished. */
interface Kept {
  readonly inputs: Properties;
  readonly failed: Properties;
}

/** The check found something. */
class CheckError extends Error {
  readonly failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    super(failures.map(({ property, reason }) => `${property}: ${reason}`).join('\n'));
    this.failures = failures;
  }
}

/** A Graph at an address; a fake one takes any token. */
interface Served {
  readonly url: string;
  readonly token?: string;
}

/** One resource as the engine drives it: check, diff, then create, update or replace; refresh; destroy. */
export class GraphStack {
  readonly clock = new VirtualClock();
  readonly warnings: string[] = [];
  readonly context: Context;
  stored: Stored | undefined;
  private readonly type: ResourceType<Properties>;
  private readonly urn: string;

  private holders = new Holders();

  /** @param program holders that resources of one program share @default a program of this resource alone */
  constructor(
    { url: endpoint, token: bearer = 'token' }: Served,
    token: string,
    private readonly program?: Holders,
  ) {
    this.type = resourceType(token);
    this.urn = `urn:pulumi:stack::project::entragraph:index:${token}::${randomUUID()}`;
    const waiter = new Waiter(this.clock);
    const transport = new Transport(() => Promise.resolve(bearer), new AbortController().signal);
    const client = new GraphClient(() => Promise.resolve({ endpoint, transport }), waiter);
    const warn = (message: string): number => this.warnings.push(message);
    this.context = { graph: client, waiter, locks: new Locks(), warn, held: () => this.holders.ofTypeOf(this.urn) };
  }

  /** What `pulumi preview` shows. */
  preview(declared: Properties): Difference {
    return diffInputs(this.type, this.stored?.inputs ?? {}, this.check(declared));
  }

  /** `pulumi up` with one resource. */
  async up(declared: Properties): Promise<Stored> {
    const inputs = this.check(declared);
    this.begin();
    const { stored } = this;
    if (stored === undefined) return this.create(inputs);
    this.holders.add(this.urn, stored.id, inputs);
    const { changes, replaces, isDeletedFirst } = diffInputs(this.type, stored.inputs, inputs);
    if (replaces.length > 0) return isDeletedFirst ? this.recreate(inputs) : this.replace(stored, inputs);
    if (changes.size === 0 && stored.initErrors.length === 0) return stored;
    const olds = { inputs: stored.inputs, outputs: stored.state };
    // Where it fails, the engine keeps the old inputs beside the new outputs (pulumi/pulumi#2011).
    return this.keeping({ inputs, failed: stored.inputs }, async () => ({
      id: stored.id,
      outputs: await this.type.update(stored.id, { olds, news: inputs }, this.context),
    }));
  }

  /** `pulumi refresh`. */
  async refresh(): Promise<Stored | undefined> {
    if (this.stored === undefined) return undefined;
    const { id, inputs, state } = this.stored;
    const known = isImported(inputs) ? undefined : { inputs, outputs: state };
    const live = await this.type.read(id, known, this.context);
    this.stored = undefined;
    if (live === undefined) return undefined;
    const told = known === undefined ? markImported(this.type, live) : live.inputs;
    return this.store(id, { ...live, inputs: told }, live.initErrors);
  }

  /** `pulumi import` by id. The engine checks what was read as it checks a declaration. */
  async import(id: string): Promise<Stored> {
    const live = await this.type.read(id, undefined, this.context);
    if (live === undefined) throw new Error(`no ${id}`);
    this.check(live.inputs);
    const found = this.store(id, live);
    this.stored = { ...found, inputs: markImported(this.type, live) };
    return found;
  }

  async destroy(): Promise<void> {
    if (this.stored === undefined) return;
    this.begin();
    await this.delete(this.stored);
    this.stored = undefined;
  }

  /** Each run has a process of the plug-in of its own. */
  private begin(): void {
    this.holders = this.program ?? new Holders();
  }

  private delete({ id, inputs, state }: Stored): Promise<void> {
    this.holders.isHeldByAnother(this.urn, id);
    return this.type.delete(id, { inputs, outputs: state }, this.context);
  }

  private check(declared: Properties): Properties {
    const { inputs, failures } = checkInputs(this.type, declared, this.stored && withoutMark(this.stored.inputs));
    if (failures.length > 0) throw new CheckError(failures);
    return inputs;
  }

  private create(inputs: Properties): Promise<Stored> {
    return this.keeping({ inputs, failed: inputs }, () =>
      this.holders.making(this.urn, inputs, () => this.type.create(inputs, this.context)),
    );
  }

  /** As the engine keeps what could not be finished, with the reasons. */
  private async keeping({ inputs, failed }: Kept, step: () => Promise<Created>): Promise<Stored> {
    try {
      const { id, outputs } = await step();
      return this.store(id, { inputs, outputs });
    } catch (error) {
      if (error instanceof IncompleteError) {
        this.store(error.id, { inputs: failed, outputs: { ...inputs, ...error.outputs } }, error.reasons);
      }
      throw error;
    }
  }

  private async recreate(inputs: Properties): Promise<Stored> {
    await this.destroy();
    return this.create(inputs);
  }

  /** As the engine does it: first the new one, then the old one goes. */
  private async replace(old: Stored, inputs: Properties): Promise<Stored> {
    const fresh = await this.create(inputs);
    await this.delete(old);
    return fresh;
  }

  private store(
    id: string,
    { inputs, outputs }: { readonly inputs: Properties; readonly outputs: Properties },
    initErrors: readonly string[] = [],
  ): Stored {
    this.stored = { id, inputs, state: { ...inputs, ...outputs }, initErrors };
    return this.stored;
  }
}
