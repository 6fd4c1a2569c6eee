import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { badRequest, conflict, invalidValue } from '../../graph-error';
import { type Context, param, type Route } from '../../context';
import { objectReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import { objectOf, textOf, textsOf, without } from '../../json';
import type { Entity } from '../../store/store';
import { containedRoutes, itemsOf } from '../entity-routes';
import { findAttribute } from './attributes';

/** Attributes whose owner can prove that they are theirs. */
const VERIFIABLE = ['email', 'phonenumber', 'mobilephone'];

const PATH = '/identity/b2cUserFlows/{id}/userAttributeAssignments';
const SHARED = { version: 'beta' } as const;
const PROPERTY = '_attributes';

const ASSIGNMENT: EntityType = {
  collection: 'userFlows',
  name: 'identityUserFlowAttributeAssignment',
  set: 'identity/b2cUserFlows/userAttributeAssignments',
  initial: { userInputType: 'textBox' },
  kept: (body) => without(body, 'userAttribute'),
  check: checkAssignment,
  expand: { userAttribute: (directory, { id }) => findAttribute(directory, id) ?? null },
};

const { get, change } = makersOf(SHARED);

export const assignmentRoutes: readonly Route[] = [
  ...containedRoutes({
    ...SHARED,
    type: ASSIGNMENT,
    path: PATH,
    key: 'assignment',
    property: PROPERTY,
    given: ({ directory, body }) => {
      const attributeId = textOf(objectOf(body, 'userAttribute'), 'id');
      const attribute = findAttribute(directory, attributeId);
      if (attribute === undefined) throw badRequest(`The user flow attribute '${attributeId}' does not exist.`);
      return { id: attribute.id, displayName: body['displayName'] ?? textOf(attribute, 'displayName') };
    },
    check: (assignments) => {
      if (new Set(assignments.map(({ id }) => id)).size < assignments.length)
        throw conflict('The user flow attribute is already assigned.');
    },
  }),
  // Functions may be called with or without their parentheses.
  ...['getOrder', 'getOrder()'].map((name) =>
    get(`${PATH}/${name}`, (c) => {
      const order = itemsOf(c.directory.read('userFlows', param(c, 'id')), PROPERTY).map(({ id }) => id);
      return objectReply(c, 'microsoft.graph.assignmentOrder', { order });
    }),
  ),
  change('POST', `${PATH}/setOrder`, (c) => {
    setOrder(c, c.directory.get('userFlows', param(c, 'id')));
  }),
];

function checkAssignment(_directory: Directory, assignment: Entity): void {
  if (textOf(assignment, 'displayName') === '') throw invalidValue('displayName', ASSIGNMENT.name);
  // Only an e-mail address or phone number can be verified.
  if (assignment['requiresVerification'] === true && !VERIFIABLE.includes(assignment.id.toLowerCase()))
    throw invalidValue('requiresVerification', ASSIGNMENT.name);
}

/** Sets the order; it must name each attribute once. @throws GraphError 400 */
function setOrder({ directory, body }: Context, flow: Entity): void {
  const order = textsOf(objectOf(body, 'newAssignmentOrder'), 'order').map((id) => id.toLowerCase());
  const known = itemsOf(flow, '_attributes');
  const positionOf = (item: Entity): number => order.indexOf(textOf(item, 'id').toLowerCase());
  const isWhole = new Set(order).size === order.length && order.length === known.length;
  if (!isWhole || known.some((item) => positionOf(item) < 0)) {
    throw badRequest("'newAssignmentOrder' must name each assigned attribute once.");
  }
  directory.put('userFlows', { ...flow, _attributes: known.toSorted((a, b) => positionOf(a) - positionOf(b)) });
}
