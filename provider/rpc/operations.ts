import { credentials } from '@grpc/grpc-js';
import { EngineClient } from '@pulumi/pulumi/proto/engine_grpc_pb';
import { LogRequest, LogSeverity } from '@pulumi/pulumi/proto/engine_pb';
import * as pb from '@pulumi/pulumi/proto/provider_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import type { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import { checkInputs, shapeFailures } from '../check';
import { diffInputs, isImported, markImported, withoutMark } from '../diff';
import { lookUp } from '../functions';
import { type Context, type Created, type Held, IncompleteError, type Known } from '../resource';
import { resourceType } from '../resource-types';
import { Session } from '../session';
import type { Properties } from '../values';
import { checkResponse, diffResponse, InitFailed, invokeFailures, propertiesOf, structOf } from './messages';
import { type Opened, openSecrets, redact, sealSecrets } from './secrets';

/** A resource's properties as a message, with the secrets of its inputs marked again. */
interface Marks {
  readonly token: string;
  readonly secretKeys: ReadonlySet<string>;
}

/** Shows a warning at a resource. */
type Warn = (urn: string, message: string) => void;

/** Translates the engine's requests on resources into calls of its type, and secrets on the way in and out. */
export class Operations {
  private readonly session = new Session();
  private readonly holders = new Holders();
  private warn: Warn;

  constructor(engineAddress: string | undefined) {
    this.warn = engineLog(engineAddress);
  }

  attach(address: string): void {
    this.warn = engineLog(address);
  }

  cancel(): void {
    this.session.cancel();
  }

  configure(config: Properties, secretTexts: Iterable<string>): void {
    this.holders.clear();
    this.session.configure(config, secretTexts);
  }

  check(request: pb.CheckRequest, secrets: Set<string>): pb.CheckResponse {
    const token = tokenOf(request.getUrn());
    const olds = open(request.getOlds(), secrets).values;
    const news = open(request.getNews(), secrets);
    const { inputs, failures } = checkInputs(
      resourceType(token),
      withoutMark(news.values),
      Object.keys(olds).length > 0 ? withoutMark(olds) : undefined,
    );
    const redacted = failures.map(({ property, reason }) => ({ property, reason: redact(reason, secrets) }));
    return checkResponse(this.seal(inputs, { token, secretKeys: news.secretKeys }), redacted);
  }

  diff(request: pb.DiffRequest, secrets: Set<string>): pb.DiffResponse {
    const olds = open(request.getOldInputs() ?? request.getOlds(), secrets).values;
    const news = open(request.getNews(), secrets).values;
    this.holders.add(request.getUrn(), request.getId(), news);
    return diffResponse(diffInputs(resourceType(tokenOf(request.getUrn())), olds, news));
  }

  async create(request: pb.CreateRequest, secrets: Set<string>): Promise<pb.CreateResponse> {
    const token = tokenOf(request.getUrn());
    const { values: inputs, secretKeys } = open(request.getProperties(), secrets);
    const marks = { token, secretKeys };
    const context = this.context(request.getUrn(), secrets, request.getTimeout());
    const created = await this.marking(inputs, marks, () =>
      this.holders.making(request.getUrn(), inputs, () => resourceType(token).create(inputs, context)),
    );
    const response = new pb.CreateResponse();
    response.setId(created.id);
    response.setProperties(this.seal({ ...inputs, ...created.outputs }, marks));
    return response;
  }

  async read(request: pb.ReadRequest, secrets: Set<string>): Promise<pb.ReadResponse> {
    const token = tokenOf(request.getUrn());
    const inputs = open(request.getInputs(), secrets);
    const outputs = open(request.getProperties(), secrets).values;
    const type = resourceType(token);
    const isImport = Object.keys(inputs.values).length === 0 || isImported(inputs.values);
    const known = { inputs: inputs.values, outputs };
    const live = await type.read(
      request.getId(),
      isImport ? undefined : known,
      this.context(request.getUrn(), secrets),
    );
    const response = new pb.ReadResponse();
    if (live === undefined) return response;
    const marks = { token, secretKeys: inputs.secretKeys };
    const properties = this.seal({ ...live.inputs, ...live.outputs }, marks);
    const liveInputs = this.seal(isImport ? markImported(type, live) : live.inputs, marks);
    if (live.initErrors !== undefined && live.initErrors.length > 0) {
      const reasons = live.initErrors.map((initError) => redact(initError, secrets));
      throw new InitFailed({ id: request.getId(), properties, inputs: liveInputs, reasons });
    }
    response.setId(request.getId());
    response.setProperties(properties);
    response.setInputs(liveInputs);
    return response;
  }

  async update(request: pb.UpdateRequest, secrets: Set<string>): Promise<pb.UpdateResponse> {
    const token = tokenOf(request.getUrn());
    const olds = knownOf(request.getOldInputs(), request.getOlds(), secrets);
    const { values: news, secretKeys } = open(request.getNews(), secrets);
    const marks = { token, secretKeys };
    const context = this.context(request.getUrn(), secrets, request.getTimeout());
    const outputs = await this.marking(news, marks, () =>
      resourceType(token).update(request.getId(), { olds, news }, context),
    );
    const response = new pb.UpdateResponse();
    response.setProperties(this.seal({ ...news, ...outputs }, marks));
    return response;
  }

  async delete(request: pb.DeleteRequest, secrets: Set<string>): Promise<Empty> {
    const known = knownOf(request.getOldInputs(), request.getProperties(), secrets);
    const context = this.context(request.getUrn(), secrets, request.getTimeout());
    const token = tokenOf(request.getUrn());
    if (this.holders.isHeldByAnother(request.getUrn(), request.getId()))
      context.warn(`${request.getId()} stays: another resource of this program has taken it over`);
    else await resourceType(token).delete(request.getId(), known, context);
    return new Empty();
  }

  async invoke(request: pb.InvokeRequest, secrets: Set<string>): Promise<pb.InvokeResponse> {
    const token = request.getTok();
    const { values: inputs } = open(request.getArgs(), secrets);
    const { schema, find } = lookUp(lastOf(token));
    const failures = shapeFailures(schema, inputs);
    if (failures.length > 0) return invokeFailures(failures);
    const response = new pb.InvokeResponse();
    response.setReturn(structOf(sealSecrets(await find(inputs, this.context(token, secrets)), new Set())));
    return response;
  }

  /**
   * Runs a step of a resource. A state that is kept although the step could not be finished has the inputs and their
   * secret marks too.
   */
  private async marking<T>(inputs: Properties, marks: Marks, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof IncompleteError)) throw error;
      const properties = this.seal({ ...inputs, ...error.outputs }, marks);
      throw new InitFailed({ id: error.id, properties, reasons: error.reasons });
    }
  }

  private seal(values: Properties, marks: Marks): Struct {
    return structOf(sealSecrets(values, this.secretKeys(marks)));
  }

  private secretKeys({ token, secretKeys }: Marks): ReadonlySet<string> {
    return new Set([...secretKeys, ...(resourceType(token).secretOutputs ?? [])]);
  }

  /** @param timeout seconds that the resource gives the operation (`customTimeouts`); 0 if it gives none */
  private context(urn: string, secrets: Set<string>, timeout = 0): Context {
    for (const text of this.session.secretTexts) secrets.add(text);
    const warn = (message: string): void => {
      this.warn(urn, redact(message, secrets));
    };
    return this.session.context(warn, timeout > 0 ? timeout * 1000 : undefined, () => this.holders.ofTypeOf(urn));
  }
}

function open(struct: Struct | undefined, secrets: Set<string>): Opened {
  const opened = openSecrets(propertiesOf(struct));
  for (const text of opened.secretTexts) secrets.add(text);
  return opened;
}

/** The state holds the inputs among the outputs; the engine also sends them alone. */
function knownOf(inputs: Struct | undefined, state: Struct | undefined, secrets: Set<string>): Known<Properties> {
  const outputs = open(state, secrets).values;
  const alone = open(inputs, secrets).values;
  return { inputs: Object.keys(alone).length > 0 ? alone : outputs, outputs };
}

/** `UserFlow` of `urn:pulumi:stack::project::parent$entragraph:index:UserFlow::name`. */
function tokenOf(urn: string): string {
  const type = urn.split('::')[2];
  if (type === undefined) throw new Error(`'${urn}' is not the URN of a resource`);
  return lastOf(type);
}

function lastOf(token: string): string {
  return token.slice(token.lastIndexOf(':') + 1);
}

/** Warnings for the engine at this address; without one they go to the log of the process. */
function engineLog(address: string | undefined): Warn {
  if (address === undefined) {
    return (urn, message) => {
      console.error(`${urn}: ${message}`);
    };
  }
  const engine = new EngineClient(address, credentials.createInsecure());
  return (urn, message) => {
    const request = new LogRequest();
    request.setSeverity(LogSeverity.WARNING);
    request.setUrn(urn);
    request.setMessage(message);
    engine.log(request, (error) => {
      if (error) console.error(`${urn}: ${message}`);
    });
  };
}

/**
 * Objects of the service that resources of a run stand for. A resource that gets another name in the program is made, which takes
 * over what is there, and then the old one is deleted: in that run, or in the next one, where something else failed.
 */
export class Holders {
  private readonly byObject = new Map<string, HeldObject>();

  /** Says that the program has a resource that stands for an object, and what it declares of it. */
  add(urn: string, id: string, inputs: Properties): void {
    this.hold({ urn, id, inputs }, urn);
  }

  /** Makes a resource. What is deleted afterwards is what was there before, also where it has the same name. */
  async making(urn: string, inputs: Properties, create: () => Promise<Created>): Promise<Created> {
    try {
      const created = await create();
      this.hold({ urn, id: created.id, inputs }, MADE);
      return created;
    } catch (error) {
      if (error instanceof IncompleteError) this.hold({ urn, id: error.id, inputs }, MADE);
      throw error;
    }
  }

  /** Objects of the type of a resource that the program stands for. */
  ofTypeOf(urn: string): readonly Held[] {
    const type = typeOf(urn);
    return [...this.byObject.values()].filter((one) => one.type === type && one.holders.size > 0);
  }

  /** Tells whether an object stays although this resource goes. */
  isHeldByAnother(urn: string, id: string): boolean {
    const holders = this.byObject.get(keyOf(urn, id))?.holders;
    holders?.delete(urn);
    return holders !== undefined && holders.size > 0;
  }

  clear(): void {
    this.byObject.clear();
  }

  private hold({ urn, id, inputs }: Held & { readonly urn: string }, holder: string): void {
    const key = keyOf(urn, id);
    const { holders = new Set<string>() } = this.byObject.get(key) ?? {};
    this.byObject.set(key, { type: typeOf(urn), id, inputs, holders: holders.add(holder) });
  }
}

interface HeldObject extends Held {
  readonly type: string;
  readonly holders: Set<string>;
}

const MADE = 'made';

function keyOf(urn: string, id: string): string {
  return `${typeOf(urn)} ${id}`;
}

/** Type of a resource, without those of its parents. */
function typeOf(urn: string): string {
  return urn.split('::')[2]?.split('$').at(-1) ?? urn;
}
