import type { Directory } from '../../directory/directory';
import { badRequest, conflict, invalidValue, notFound } from '../../graph-error';
import type { Context, Route } from '../../http/context';
import { param } from '../../http/context';
import { madeReply, objectReply, valuesReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import type { JsonObject } from '../../json';
import { isList, objectOf, objectsOf, textOf, textsOf, unannotated, without } from '../../json';
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

const PATH = '/identity/b2cUserFlows/{id}/userAttributeAssignments';
const SET = 'identity/b2cUserFlows/userAttributeAssignments';

const { get, answer, change } = makersOf({ version: 'beta' });

export const assignmentRoutes: readonly Route[] = [
  get(
    PATH,
    (c) => {
      const shown = assignmentsOf(readFlow(c)).map((item) => assignmentView(c.directory, item, c.query.expand));
      return valuesReply(c, SET, shown);
    },
    'entity',
  ),
  answer('POST', PATH, (c) => madeReply(c, `${SET}/$entity`, addAssignment(c, getFlow(c)))),
  get(
    `${PATH}/{assignment}`,
    (c) => {
      const assignment = assignmentIn(readFlow(c), param(c, 'assignment'));
      return objectReply(c, `${SET}/$entity`, assignmentView(c.directory, assignment, c.query.expand));
    },
    'entity',
  ),
  change('PATCH', `${PATH}/{assignment}`, updateAssignment),
  change('DELETE', `${PATH}/{assignment}`, (c) => {
    const flow = getFlow(c);
    const removed = assignmentIn(flow, param(c, 'assignment'));
    c.directory.put('userFlows', { ...flow, _attributes: assignmentsOf(flow).filter((item) => item !== removed) });
  }),
  // Functions may be called with or without their parentheses.
  ...['getOrder', 'getOrder()'].map((name) =>
    get(`${PATH}/${name}`, (c) => {
      const order = assignmentsOf(readFlow(c)).map((item) => textOf(item, 'id'));
      return objectReply(c, 'microsoft.graph.assignmentOrder', { order });
    }),
  ),
  change('POST', `${PATH}/setOrder`, (c) => {
    setOrder(c, getFlow(c));
  }),
];

function readFlow(c: Context): Entity {
  return c.directory.read('userFlows', param(c, 'id'));
}

function getFlow(c: Context): Entity {
  return c.directory.get('userFlows', param(c, 'id'));
}

/** Assignments of a flow in the order in which its pages ask for them. */
function assignmentsOf(flow: Entity): readonly JsonObject[] {
  return objectsOf(flow, '_attributes');
}

/** @throws GraphError 404 */
function assignmentIn(flow: Entity, id: string): JsonObject {
  const assignment = assignmentsOf(flow).find((item) => textOf(item, 'id').toLowerCase() === id.toLowerCase());
  if (assignment === undefined) throw notFound(id);
  return assignment;
}

/** The assignment with its attribute, where `$expand=userAttribute` asks for it. */
function assignmentView(directory: Directory, assignment: JsonObject, expand: readonly string[]): JsonObject {
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
function addAssignment({ directory, body }: Context, flow: Entity): JsonObject {
  const attributeId = textOf(objectOf(body, 'userAttribute'), 'id');
  const attribute = findAttribute(directory, attributeId);
  if (attribute === undefined) throw badRequest(`The user flow attribute '${attributeId}' does not exist.`);
  const known = assignmentsOf(flow);
  if (known.some((item) => item['id'] === attribute.id)) {
    throw conflict(`The user flow attribute '${attribute.id}' is already assigned.`);
  }
  const assignment = settle(attribute.id, without(body, 'userAttribute'), {
    isOptional: false,
    requiresVerification: false,
    userInputType: 'textBox',
    displayName: textOf(attribute, 'displayName'),
    userAttributeValues: [],
  });
  directory.put('userFlows', { ...flow, _attributes: [...known, assignment] });
  return assignment;
}

function updateAssignment(c: Context): void {
  const flow = getFlow(c);
  const before = assignmentIn(flow, param(c, 'assignment'));
  const after = settle(textOf(before, 'id'), c.body, before);
  const _attributes = assignmentsOf(flow).map((item) => (item['id'] === before['id'] ? after : item));
  c.directory.put('userFlows', { ...flow, _attributes });
}

function settle(id: string, body: JsonObject, current: JsonObject): JsonObject {
  const sent = unannotated(body);
  const unknown = Object.keys(sent).find((name) => !WRITABLE.includes(name) && !(name === 'id' && sent[name] === id));
  if (unknown !== undefined) throw badRequest(`Invalid property '${unknown}'.`);
  const assignment = { ...current, ...sent, id };
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
function setOrder({ directory, body }: Context, flow: Entity): void {
  const order = textsOf(objectOf(body, 'newAssignmentOrder'), 'order').map((id) => id.toLowerCase());
  const known = assignmentsOf(flow);
  const positionOf = (item: JsonObject): number => order.indexOf(textOf(item, 'id').toLowerCase());
  const isWhole = new Set(order).size === order.length && order.length === known.length;
  if (!isWhole || known.some((item) => positionOf(item) < 0)) {
    throw badRequest("'newAssignmentOrder' must name each assigned attribute once.");
  }
  directory.put('userFlows', { ...flow, _attributes: known.toSorted((a, b) => positionOf(a) - positionOf(b)) });
}
