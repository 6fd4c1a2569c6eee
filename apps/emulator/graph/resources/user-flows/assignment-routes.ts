import { PERMISSIONS } from '../../auth/roles';
import type { Context, Route } from '../../http/context';
import { param } from '../../http/context';
import { noContent, objectReply, valuesReply } from '../../http/reply';
import { textOf } from '../../json';
import type { Entity } from '../../store/store';
import type { AssignmentKey } from './assignment-service';
import {
  addAssignment,
  assignmentIn,
  assignmentsOf,
  assignmentView,
  removeAssignment,
  setOrder,
  updateAssignment,
} from './assignment-service';

const { readUserFlows, writeUserFlows } = PERMISSIONS;
const PATH = '/identity/b2cUserFlows/{id}/userAttributeAssignments';
const SET = 'identity/b2cUserFlows/userAttributeAssignments';

export const assignmentRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: PATH,
    version: 'beta',
    permission: readUserFlows,
    query: 'entity',
    handle: (c) => {
      const shown = assignmentsOf(readFlow(c)).map((item) => assignmentView(c.directory, item, c.query.expand));
      return valuesReply(c, SET, shown);
    },
  },
  {
    method: 'POST',
    path: PATH,
    version: 'beta',
    permission: writeUserFlows,
    handle: (c) => ({
      ...objectReply(c, `${SET}/$entity`, addAssignment(c.directory, param(c, 'id'), c.body)),
      status: 201,
    }),
  },
  {
    method: 'GET',
    path: `${PATH}/{assignment}`,
    version: 'beta',
    permission: readUserFlows,
    query: 'entity',
    handle: (c) => {
      const assignment = assignmentIn(readFlow(c), param(c, 'assignment'));
      return objectReply(c, `${SET}/$entity`, assignmentView(c.directory, assignment, c.query.expand));
    },
  },
  {
    method: 'PATCH',
    path: `${PATH}/{assignment}`,
    version: 'beta',
    permission: writeUserFlows,
    handle: (c) => {
      updateAssignment(c.directory, keyOf(c), c.body);
      return noContent;
    },
  },
  {
    method: 'DELETE',
    path: `${PATH}/{assignment}`,
    version: 'beta',
    permission: writeUserFlows,
    handle: (c) => {
      removeAssignment(c.directory, keyOf(c));
      return noContent;
    },
  },
  // Functions may be called with or without their parentheses.
  ...['getOrder', 'getOrder()'].map((name): Route => ({
    method: 'GET',
    path: `${PATH}/${name}`,
    version: 'beta',
    permission: readUserFlows,
    handle: (c) => {
      const order = assignmentsOf(readFlow(c)).map((item) => textOf(item, 'id'));
      return objectReply(c, 'microsoft.graph.assignmentOrder', { order });
    },
  })),
  {
    method: 'POST',
    path: `${PATH}/setOrder`,
    version: 'beta',
    permission: writeUserFlows,
    handle: (c) => {
      setOrder(c.directory, param(c, 'id'), c.body);
      return noContent;
    },
  },
];

function readFlow(c: Context): Entity {
  return c.directory.read('userFlows', param(c, 'id'));
}

function keyOf(c: Context): AssignmentKey {
  return { flow: param(c, 'id'), assignment: param(c, 'assignment') };
}
