import type { Directory } from '../../directory/directory';
import { badRequest, conflict, invalidValue, notFound } from '../../graph-error';
import type { JsonObject } from '../../json';
import { isList, objectOf, objectsOf, textOf, textsOf } from '../../json';
import type { Entity } from '../../store/store';
import { findAttribute } from './attribute-routes';

const INPUT_TYPES = [
  'textBox',
  'dateTimeDropdown',
  'radioSingleSelect',
  'dropdownSingleSelect',
  'emailBox',
  'checkboxMultiSelect',
];

/** Attributes whose owner can prove that they are theirs. */
const VERIFIABLE = ['email', 'phonenumber', 'mobilephone'];
const WRITABLE = ['isOptional', 'requiresVerification', 'userInputType', 'displayName', 'userAttributeValues'];

/** Assignments of a flow in the order in which its pages ask for them. */
export function assignmentsOf(flow: Entity): readonly JsonObject[] {
  return objectsOf(flow, '_attributes');
}

/** @throws GraphError 404 */
export function assignmentIn(flow: Entity, id: string): JsonObject {
  const assignment = assignmentsOf(flow).find((item) => textOf(item, 'id').toLowerCase() === id.toLowerCase());
  if (assignment === undefined) throw notFound(id);
  return assignment;
}

/** The assignment with its attribute, where `$expand=userAttribute` asks for it. */
export function assignmentView(directory: Directory, assignment: JsonObject, expand: readonly string[]): JsonObject {
  const unknown = expand.find((name) => name !== 'userAttribute');
  if (unknown !== undefined)
    throw badRequest(
      `Could not find a property named '${unknown}' on type 'microsoft.graph.identityUserFlowAttributeAssignment'.`,
      'BadRequest',
    );
  if (expand.length === 0) return assignment;
  return { ...assignment, userAttribute: findAttribute(directory, textOf(assignment, 'id')) ?? null };
}

/** Adds an attribute at the end. @throws GraphError */
export function addAssignment(directory: Directory, flowId: string, body: JsonObject): JsonObject {
  const flow = directory.get('userFlows', flowId);
  const attributeId = textOf(objectOf(body, 'userAttribute'), 'id');
  const attribute = findAttribute(directory, attributeId);
  if (attribute === undefined) throw badRequest(`The user flow attribute '${attributeId}' does not exist.`);
  const known = assignmentsOf(flow);
  if (known.some((item) => item['id'] === attribute.id)) {
    throw conflict(`The user flow attribute '${attribute.id}' is already assigned.`);
  }
  const sent = Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'userAttribute'));
  const assignment = settle(attribute.id, sent, {
    isOptional: false,
    requiresVerification: false,
    userInputType: 'textBox',
    displayName: textOf(attribute, 'displayName'),
    userAttributeValues: [],
  });
  directory.put('userFlows', { ...flow, _attributes: [...known, assignment] });
  return assignment;
}

export function updateAssignment(directory: Directory, ends: AssignmentKey, body: JsonObject): void {
  const flow = directory.get('userFlows', ends.flow);
  const before = assignmentIn(flow, ends.assignment);
  const after = settle(textOf(before, 'id'), body, before);
  const _attributes = assignmentsOf(flow).map((item) => (item['id'] === before['id'] ? after : item));
  directory.put('userFlows', { ...flow, _attributes });
}

export interface AssignmentKey {
  readonly flow: string;
  readonly assignment: string;
}

export function removeAssignment(directory: Directory, { flow: flowId, assignment: id }: AssignmentKey): void {
  const flow = directory.get('userFlows', flowId);
  const removed = assignmentIn(flow, id);
  directory.put('userFlows', { ...flow, _attributes: assignmentsOf(flow).filter((item) => item !== removed) });
}

function settle(id: string, body: JsonObject, current: JsonObject): JsonObject {
  const sent = Object.entries(body).filter(([name]) => !name.startsWith('@'));
  const unknown = sent.find(([name, value]) => !WRITABLE.includes(name) && !(name === 'id' && value === id));
  if (unknown !== undefined) throw badRequest(`Invalid property '${unknown[0]}'.`);
  const assignment = { ...current, ...Object.fromEntries(sent), id };
  checkAssignment(assignment);
  return assignment;
}

function checkAssignment(assignment: JsonObject): void {
  const type = 'IdentityUserFlowAttributeAssignment';
  if (textOf(assignment, 'displayName') === '') throw invalidValue('displayName', type);
  const input = textOf(assignment, 'userInputType').toLowerCase();
  if (!INPUT_TYPES.some((known) => known.toLowerCase() === input)) throw invalidValue('userInputType', type);
  if (!isList(assignment['userAttributeValues'])) throw invalidValue('userAttributeValues', type);
  if (typeof assignment['isOptional'] !== 'boolean') throw invalidValue('isOptional', type);
  if (assignment['requiresVerification'] === false) return;
  // Only an e-mail address or phone number can be verified.
  if (!VERIFIABLE.includes(textOf(assignment, 'id').toLowerCase())) throw invalidValue('requiresVerification', type);
}

/** Sets the order; it must name each attribute once. @throws GraphError 400 */
export function setOrder(directory: Directory, flowId: string, body: JsonObject): void {
  const flow = directory.get('userFlows', flowId);
  const order = textsOf(objectOf(body, 'newAssignmentOrder'), 'order').map((id) => id.toLowerCase());
  const known = assignmentsOf(flow);
  const positionOf = (item: JsonObject): number => order.indexOf(textOf(item, 'id').toLowerCase());
  const isWhole = new Set(order).size === order.length && order.length === known.length;
  if (!isWhole || known.some((item) => positionOf(item) < 0)) {
    throw badRequest("'newAssignmentOrder' must name each assigned attribute once.");
  }
  directory.put('userFlows', { ...flow, _attributes: known.toSorted((a, b) => positionOf(a) - positionOf(b)) });
}
