import { flowName, shownFlow } from '../../estate/records/flows';
import type { Estate } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';
import type { FactInputs, ProgramResource } from './facts';
import { withNames } from './read-value';
import { flagIn, isList, objectIn, objectsIn, textIn, textsIn } from '../../estate/source/inputs';
import type {
  ReportCustomAttribute,
  ReportDirectoryGroup,
  ReportIdentityProvider,
  ReportMapping,
  ReportProvisioning,
  ReportUserFlow,
} from './report-types';
import type { ResourceIndex } from './resource-index';

/** Resources of both kinds of directories. */
export const FLOW_TYPES: readonly string[] = ['entragraph:index:UserFlow', 'entragraph:index:AuthenticationEventsFlow'];

/** The user flows. What the applications use one for is the estate's word: the directory does not know it. */
export function describeUserFlows(index: ResourceIndex, estate: Estate): readonly ReportUserFlow[] {
  const uses = new Map((estate.customers?.userFlows ?? []).map(({ id, use }) => [id, use]));
  return index.resources
    .filter(({ type }) => FLOW_TYPES.includes(type))
    .map(({ inputs }) => {
      const named = withNames(inputs, (key) => labelOf(key, index));
      const id = flowName(named);
      const use = uses.get(id);
      return { id, ...(use !== undefined && { use }), ...shownFlow(named) };
    })
    .toSorted((a, b) => compareText(a.id, b.id));
}

function labelOf(key: string, index: ResourceIndex): string {
  const made = index.get(key);
  return made === undefined ? key : index.labelOf(made);
}

/** Identity providers that the program makes. */
export function describeIdentityProviders(index: ResourceIndex): readonly ReportIdentityProvider[] {
  return index
    .ofType('entragraph:index:IdentityProvider')
    .map(({ inputs }) => {
      const clientId = textIn(inputs, 'clientId') ?? textIn(inputs, 'serviceId');
      const secretVersion = textIn(inputs, 'secretVersion');
      return {
        name: textIn(inputs, 'displayName') ?? '',
        kind: textIn(inputs, 'identityProviderType') ?? textIn(inputs, 'kind') ?? '',
        ...(clientId !== undefined && { clientId }),
        ...(secretVersion !== undefined && { secretVersion }),
      };
    })
    .toSorted((a, b) => compareText(a.name, b.name));
}

/** User attributes that the program makes. */
export function describeCustomAttributes(index: ResourceIndex): readonly ReportCustomAttribute[] {
  return index
    .ofType('entragraph:index:UserFlowAttribute')
    .map(({ inputs }) => ({
      name: textIn(inputs, 'displayName') ?? '',
      dataType: textIn(inputs, 'dataType') ?? '',
      description: textIn(inputs, 'description') ?? '',
    }))
    .toSorted((a, b) => compareText(a.name, b.name));
}

const GROUP = 'azuread:index/group:Group';
const GROUP_LOOKUP = 'azuread:index/getGroup:getGroup';

/** Groups that a program makes, and those that it only looks up. */
export function describeGroups(index: ResourceIndex): readonly ReportDirectoryGroup[] {
  const assignments = index.ofType('azuread:index/appRoleAssignment:AppRoleAssignment');
  const members = index.ofType('azuread:index/groupMember:GroupMember');
  const describe = (group: ProgramResource): ReportDirectoryGroup => {
    const description = textIn(group.inputs, 'description');
    const mine = assignments.filter(({ inputs }) => index.target(inputs['principalObjectId']) === group);
    const applications = mine.map(({ inputs }) => index.principalName(inputs['resourceObjectId']));
    const membershipRule = textIn(objectIn(group.inputs, 'dynamicMembership'), 'rule');
    const inside = members.filter(({ inputs }) => index.target(inputs['groupObjectId']) === group);
    return {
      name: index.labelOf(group),
      ...(description !== undefined && { description }),
      origin: group.kind === 'lookup' ? 'adopted' : 'created',
      ...(membershipRule !== undefined && { membershipRule }),
      owners: ownersOf(group, index),
      assignableToRoles: flagIn(group.inputs, 'assignableToRole') ?? false,
      nestedGroups: inside.map(({ inputs }) => index.principalName(inputs['memberObjectId'])).toSorted(compareText),
      assignedTo: [...new Set(applications)].toSorted(compareText),
    };
  };
  return [...index.ofType(GROUP), ...index.ofType(GROUP_LOOKUP)]
    .map(describe)
    .toSorted((a, b) => compareText(a.name, b.name));
}

/** The lookup of the people has their names; the group has their ids. */
function ownersOf({ inputs }: ProgramResource, index: ResourceIndex): readonly string[] {
  const { owners } = inputs;
  const lookups = isList(owners) ? owners.map((owner) => index.target(owner)) : [];
  const names = lookups.flatMap((lookup) => (lookup === undefined ? [] : textsIn(lookup.inputs, 'userPrincipalNames')));
  return [...new Set(names)].toSorted(compareText);
}

/** Provisioning jobs, with what belongs to the same application. */
export function describeProvisioning(index: ResourceIndex): readonly ReportProvisioning[] {
  return index.ofType('azuread:index/synchronizationJob:SynchronizationJob').map((job) => {
    const application = index.applicationOf(job);
    const parts = index.resources.filter((resource) => index.applicationOf(resource) === application);
    const inputsOf = (type: string): readonly FactInputs[] =>
      parts.filter((part) => part.type === type).map(({ inputs }) => inputs);
    const endpoint = inputsOf('azuread:index/synchronizationSecret:SynchronizationSecret').flatMap(endpointIn)[0];
    const states = inputsOf('entragraph:index:SynchronizationState');
    return {
      application: application === undefined ? '' : index.labelOf(application),
      ...(endpoint !== undefined && { endpoint }),
      template: textIn(job.inputs, 'templateId') ?? '',
      isRunning: states.some((inputs) => flagIn(inputs, 'running') ?? true) || flagIn(job.inputs, 'enabled') === true,
      mappings: inputsOf('entragraph:index:SynchronizationSchema')
        .flatMap((inputs) => objectsIn(inputs, 'attributeMappings'))
        .map(describeMapping),
    };
  });
}

function endpointIn(inputs: FactInputs): readonly string[] {
  const credentials = objectsIn(inputs, 'credentials');
  return credentials
    .filter((credential) => textIn(credential, 'key') === 'BaseAddress')
    .flatMap((credential) => textIn(credential, 'value') ?? []);
}

function describeMapping(mapping: FactInputs): ReportMapping {
  const constant = textIn(mapping, 'constant');
  const source =
    textIn(mapping, 'sourceAttribute') ??
    textIn(mapping, 'expression') ??
    (constant === undefined ? undefined : JSON.stringify(constant));
  const removed = flagIn(mapping, 'remove') === true ? 'nothing' : 'something else';
  return { target: textIn(mapping, 'targetAttribute') ?? '', source: source ?? removed };
}
