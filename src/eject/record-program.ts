import * as pulumi from '@pulumi/pulumi';
import type { RegisterResourceRequest } from '@pulumi/pulumi/proto/resource_pb';
import { PROGRAMS } from '../../stacks/entra/programs';
import type { EstatePlan } from '../estate/plan/planner';
import { type PulumiKind, STACKS, stackName } from '../estate/plan/stacks/stacks';
import { Recorder } from '../preview/engine/recorder';
import { adoptedNames, configSecretsOf, failureOf, NO_TENANT, PROJECT } from '../preview/engine/run-program';
import type { FactInputs, FactValue, ProgramResource } from '../preview/entra/facts';

/** Owner of what stands for a secret of the stack's configuration; the property is its key. */
export const CONFIG = 'config';

/** Type of the resource whose inputs are the outputs of the stack. */
const OUTPUTS = 'eject:index:Outputs';

/** Has the outputs recorded as inputs are: each with where it comes from. */
class StackOutputs extends pulumi.CustomResource {
  constructor(outputs: pulumi.Inputs) {
    super(OUTPUTS, 'outputs', outputs);
  }
}

/** Property of the id of an application's role for whoever may use it. */
export const USER_ROLE = 'appRoles.User.id';

/** A resource, component or lookup of a program, as it registers it. */
export interface Registration extends Pick<ProgramResource, 'key' | 'kind' | 'type' | 'name' | 'parent' | 'inputs'> {
  /** Absent for lookups. */
  readonly request?: RegisterResourceRequest;
}

/** A program of an estate as it runs today. */
export interface RecordedProgram {
  readonly stack: string;
  /** What another needs stands before it. */
  readonly registrations: readonly Registration[];
  readonly outputs: FactInputs;
}

/** Inputs of a recording besides the estate. */
export interface RecordOptions {
  /** Decides which secret and which certificate is the current one. */
  readonly now: Date;
  /** What the stack's file has in plain. */
  readonly config: { readonly tenantId?: string; readonly credentials?: string };
  /** Runs another program with the configuration of this one. @default the program itself */
  readonly run?: () => Readonly<Record<string, unknown>>;
}

/** Runs a program as a deployment does, without an engine, and notes all that it registers. @throws Error with the reason why it fails */
export async function recordProgram(
  program: PulumiKind,
  { estate, emergency }: EstatePlan,
  { now, config, run }: RecordOptions,
): Promise<RecordedProgram> {
  const stack = stackName(estate.name, program);
  const recorder = new FullRecorder(adoptedNames(estate));
  await pulumi.runtime.setMocks(recorder, PROJECT, stack, false);
  recorder.attach();
  const secrets = configSecretsOf(estate);
  const tenantId = STACKS[program].home(estate).tenantId ?? config.tenantId ?? NO_TENANT;
  const values = {
    'azuread:tenantId': tenantId,
    ...(config.credentials !== undefined && { [`${PROJECT}:credentials`]: config.credentials }),
    ...Object.fromEntries(secrets.map((key) => [key, recorder.secretOf(key)])),
  };
  pulumi.runtime.setAllConfig(values, [...secrets]);
  const context = { now, warn: () => undefined, ...(emergency && { emergency }) };
  const failure = await failureOf(() => {
    new StackOutputs(run === undefined ? PROGRAMS[program](estate, context) : run());
  });
  if (failure !== undefined) throw new Error(`the program of the stack ${stack} fails: ${failure}`);
  return { stack, ...recorder.result() };
}

/** Keeps what a program is written again from: every option, and where secrets come from. */
class FullRecorder extends Recorder {
  private readonly requests = new Map<string, RegisterResourceRequest>();

  /** Text that stands for a secret of the configuration. */
  secretOf(key: string): string {
    return this.standIns.make(CONFIG, key.slice(key.indexOf(':') + 1));
  }

  result(): Pick<RecordedProgram, 'registrations' | 'outputs'> {
    const all = [...this.recorded.values()].map(({ key, kind, type, name, parent, values }): Registration => {
      const request = this.requests.get(key);
      return {
        key,
        kind,
        type,
        name,
        ...(parent && { parent }),
        inputs: this.factsOf(values),
        ...(request && { request }),
      };
    });
    const outputs = all.find(({ type }) => type === OUTPUTS)?.inputs ?? {};
    return { registrations: all.filter(({ type }) => type !== OUTPUTS), outputs };
  }

  /** What is an output and an input as well is the output: who uses it waits for the resource. */
  protected override stateOf(owner: string, inputs: FactInputs) {
    const of = (property: string): string => this.standIns.make(owner, property);
    const appRoles = [{ id: of(USER_ROLE), displayName: 'User', enabled: true }];
    return { ...inputs, ...super.stateOf(owner, {}), appRoles, isActive: of('isActive'), status: of('status') };
  }

  protected override recordResource(key: string, request: RegisterResourceRequest): void {
    this.requests.set(key, request);
    super.recordResource(key, request);
  }

  protected override readonly secretFact = ({ value }: Readonly<Record<string, unknown>>): FactValue => ({
    $secret: this.factOf(value),
  });
}
