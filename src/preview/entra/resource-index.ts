import { compareText } from '../../estate/source/finding';
import type { FactInputs, FactValue, ProgramResource, Reference } from './facts';
import { isInterpolation, isObject, isReference, isSecret, isUnknown } from './facts';
import { isList, objectsIn, textIn } from '../../estate/source/inputs';

const APPLICATION = 'azuread:index/application:Application';
const FROM_TEMPLATE = 'azuread:index/applicationFromTemplate:ApplicationFromTemplate';

/** Inputs that name a resource by themselves. */
const OWN_NAMES: readonly string[] = ['displayName', 'userFlowId', 'identifierUri', 'event'];

/** Inputs by which a resource belongs to an application. */
const OWNING_INPUTS: readonly string[] = [
  'clientId',
  'applicationId',
  'objectId',
  'servicePrincipalId',
  'servicePrincipalObjectId',
  'resourceObjectId',
];

/** Permissions of an application at another one: scopes for people, or a role that needs none. */
export interface ApplicationRole {
  readonly client: string;
  readonly resource: string;
  readonly scopes: readonly string[];
  /** Value of the role; its id where another program defines it. Absent of scopes. */
  readonly role?: string;
}

/** The resources of one program by key, and how they belong together. */
export class ResourceIndex {
  private readonly byKey: ReadonlyMap<string, ProgramResource>;

  /** @param laterNames names that resources have on the other side of a comparison, by their keys here */
  constructor(
    readonly resources: readonly ProgramResource[],
    private readonly laterNames: ReadonlyMap<string, string> = new Map(),
  ) {
    this.byKey = new Map(resources.map((resource) => [resource.key, resource]));
  }

  get(key: string): ProgramResource | undefined {
    return this.byKey.get(key);
  }

  ofType(type: string): readonly ProgramResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The resource whose output an input is. */
  target(value: FactValue | undefined): ProgramResource | undefined {
    return isReference(value) ? this.byKey.get(value.$ref) : undefined;
  }

  /** The applications themselves, made here. */
  applications(): readonly ProgramResource[] {
    return [...this.ofType(APPLICATION), ...this.ofType(FROM_TEMPLATE)];
  }

  /** The application that a resource is a part of, over service principals and lookups of what was made here. */
  applicationOf(resource: ProgramResource | undefined): ProgramResource | undefined {
    if (resource === undefined || isApplication(resource)) return resource;
    for (const name of OWNING_INPUTS) {
      const target = this.target(resource.inputs[name]);
      if (target !== undefined) return this.applicationOf(target);
    }
    return undefined;
  }

  /** Names a resource for people: by its display name, what it belongs to, or its name in the program. */
  labelOf(resource: ProgramResource): string {
    const own = OWN_NAMES.map((name) => textIn(resource.inputs, name)).find((text) => text !== undefined);
    if (own !== undefined) return own;
    const wellKnown = WELL_KNOWN[textIn(resource.inputs, 'clientId') ?? ''];
    if (wellKnown !== undefined) return wellKnown;
    const { principalObjectId, servicePrincipalObjectId, resourceServicePrincipalObjectId } = resource.inputs;
    const { memberObjectId, groupObjectId } = resource.inputs;
    if (memberObjectId !== undefined)
      return `${this.principalName(memberObjectId)} in ${this.principalName(groupObjectId)}`;
    const principal = this.target(principalObjectId);
    if (principal !== undefined) return this.labelOf(principal);
    if (resourceServicePrincipalObjectId !== undefined) {
      const resourceName = this.principalName(resourceServicePrincipalObjectId);
      return `${this.principalName(servicePrincipalObjectId)} to ${resourceName}`;
    }
    const application = this.applicationOf(resource);
    if (application !== undefined && application !== resource) return this.labelOf(application);
    return nameInProgram(resource);
  }

  /** The same of what a key names; the key itself where there is no such resource. */
  labelOfKey(key: string): string {
    const resource = this.get(key);
    return resource === undefined ? key : this.labelOf(resource);
  }

  /** Name of a principal: the application of a service principal, or the resource itself. */
  principalName(value: FactValue | undefined): string {
    const target = this.target(value);
    if (target === undefined) return this.show(value);
    return this.labelOf(this.applicationOf(target) ?? target);
  }

  /** The role that an application gets by an app role assignment; undefined of a group, which is assigned. */
  roleOf(assignment: FactInputs): ApplicationRole | undefined {
    const { principalObjectId, resourceObjectId, appRoleId } = assignment;
    if (this.applicationOf(this.target(principalObjectId)) === undefined) return undefined;
    const owner = this.applicationOf(this.target(resourceObjectId));
    const defined =
      owner === undefined ? undefined : objectsIn(owner.inputs, 'appRoles').find(({ id }) => id === appRoleId);
    return {
      client: this.principalName(principalObjectId),
      resource: this.principalName(resourceObjectId),
      scopes: [],
      role: (defined && textIn(defined, 'value')) ?? this.show(appRoleId),
    };
  }

  /**
   * A value in one line, for people and for comparing: texts as they are, lists and objects as JSON would write them but with
   * sorted keys, secrets as `[secret]`, what only the deployment knows as `[unknown]`. Nothing of what is absent.
   */
  show(value: FactValue | undefined): string {
    if (value === undefined) return '';
    return typeof value === 'string' ? value : this.showPart(value);
  }

  /** Names the output of a resource: `{Claims API: clientId}`. */
  private nameReference({ $ref, property }: Reference): string {
    const resource = this.byKey.get($ref);
    return `{${this.laterNames.get($ref) ?? resource?.name ?? $ref}: ${property}}`;
  }

  private showPart(value: FactValue): string {
    if (isSecret(value)) return '[secret]';
    if (isUnknown(value)) return '[unknown]';
    if (isReference(value)) return this.nameReference(value);
    if (isInterpolation(value)) {
      return value.$text.map((part) => (typeof part === 'string' ? part : this.nameReference(part))).join('');
    }
    if (isList(value)) return `[${value.map((item) => this.showPart(item)).join(', ')}]`;
    if (!isObject(value)) return JSON.stringify(value);
    const entries = Object.entries(value).toSorted(([a], [b]) => compareText(a, b));
    const shown = entries.map(([key, item]) => `${key}: ${item === undefined ? '' : this.showPart(item)}`);
    return `{${shown.join(', ')}}`;
  }
}

/** Name in the program. A lookup is named by its inputs; one without inputs by its type. */
function nameInProgram({ name, type }: ProgramResource): string {
  return name === '{}' ? (type.split(':').at(-1) ?? type) : name;
}

function isApplication({ type }: ProgramResource): boolean {
  return type === APPLICATION || type === FROM_TEMPLATE;
}

/** Ids that are the same in every tenant: https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in */
const WELL_KNOWN: Readonly<Record<string, string>> = { '00000003-0000-0000-c000-000000000000': 'Microsoft Graph' };
