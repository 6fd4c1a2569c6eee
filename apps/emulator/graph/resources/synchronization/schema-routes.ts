import { PERMISSIONS } from '../../auth/roles';
import { notImplemented } from '../../graph-error';
import type { Context, Reply, Route } from '../../http/context';
import { param } from '../../http/context';
import { objectReply, valuesReply } from '../../http/reply';
import type { JsonObject } from '../../json';
import { objectsOf, textOf } from '../../json';
import { parseExpression } from './expression';
import { readJob, targetDirectoryOf } from './job-service';
import { changeRoute, jobOf, ONE_JOB, SYNCHRONIZATION, templateOf } from './route-parts';
import { discoverDirectory, putSchema, resetSchema, schemaOf } from './schema-service';
import { templateSchema } from './schema-templates';

const { readSynchronization, writeSynchronization } = PERMISSIONS;

export const schemaRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${SYNCHRONIZATION}/templates/{template}/schema`,
    permission: readSynchronization,
    handle: (c) => {
      const id = textOf(templateOf(c), 'id');
      return objectReply(c, 'synchronization/templates/schema', templateSchema(id, targetDirectoryOf(id)));
    },
  },
  {
    method: 'GET',
    path: `${ONE_JOB}/schema`,
    permission: readSynchronization,
    handle: (c) => objectReply(c, 'synchronization/jobs/schema', shownSchema(c)),
  },
  {
    method: 'GET',
    path: `${ONE_JOB}/schema/directories`,
    permission: readSynchronization,
    handle: (c) => valuesReply(c, 'synchronization/jobs/schema/directories', objectsOf(readSchema(c), 'directories')),
  },
  {
    method: 'POST',
    path: `${ONE_JOB}/schema/directories/{directory}/discover`,
    permission: writeSynchronization,
    handle: (c) => {
      const found = discoverDirectory(c.directory, jobOf(c), param(c, 'directory'));
      return objectReply(c, 'microsoft.graph.directoryDefinition', found);
    },
  },
  changeRoute('PUT', 'schema', (c, job) => {
    putSchema(c.directory, job, c.body);
  }),
  changeRoute('DELETE', 'schema', (c, job) => {
    resetSchema(c.directory, job);
  }),
  {
    method: 'POST',
    path: `${ONE_JOB}/schema/parseExpression`,
    permission: writeSynchronization,
    handle: (c) => {
      jobOf(c);
      return parsedReply(c);
    },
  },
];

function readSchema(c: Context): JsonObject {
  return schemaOf(readJob(c.directory, param(c, 'id'), param(c, 'job')));
}

function shownSchema(c: Context): JsonObject {
  const schema = readSchema(c);
  if (c.directory.quirks.schemaDirectories === 'inline') return schema;
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== 'directories'));
}

/** Parses and does not evaluate: for that the service's functions would be needed. */
function parsedReply(c: Context): Reply {
  if (c.body['testInputObject'] !== undefined) throw notImplemented("'testInputObject' of parseExpression");
  const parsedExpression = parseExpression(textOf(c.body, 'expression')) ?? null;
  const error = { code: 'InvalidExpression', message: 'The expression cannot be parsed.' };
  return objectReply(c, 'microsoft.graph.parseExpressionResponse', {
    error: parsedExpression === null ? error : null,
    evaluationSucceeded: false,
    evaluationResult: [],
    parsedExpression,
    parsingSucceeded: parsedExpression !== null,
  });
}
