import { notImplemented } from '../../graph-error';
import type { Context, Reply, Route } from '../../http/context';
import { param } from '../../http/context';
import { objectReply, valuesReply } from '../../http/reply';
import type { JsonObject } from '../../json';
import { objectsOf, textOf, without } from '../../json';
import { parseExpression } from './expression';
import { readJob, targetDirectoryOf } from './job-service';
import { jobOf, ONE_JOB, SYNCHRONIZATION, SYNCHRONIZATION_MAKERS, templateOf } from './route-parts';
import { discoverDirectory, putSchema, schemaOf } from './schema-service';
import { templateSchema } from './schema-templates';

const { get, answer, change } = SYNCHRONIZATION_MAKERS;

export const schemaRoutes: readonly Route[] = [
  get(`${SYNCHRONIZATION}/templates/{template}/schema`, (c) => {
    const id = textOf(templateOf(c), 'id');
    return objectReply(c, 'synchronization/templates/schema', templateSchema(id, targetDirectoryOf(id)));
  }),
  get(`${ONE_JOB}/schema`, (c) => objectReply(c, 'synchronization/jobs/schema', shownSchema(c))),
  get(`${ONE_JOB}/schema/directories`, (c) =>
    valuesReply(c, 'synchronization/jobs/schema/directories', objectsOf(readSchema(c), 'directories')),
  ),
  answer('POST', `${ONE_JOB}/schema/directories/{directory}/discover`, (c) => {
    const found = discoverDirectory(c.directory, jobOf(c), param(c, 'directory'));
    return objectReply(c, 'microsoft.graph.directoryDefinition', found);
  }),
  change('PUT', `${ONE_JOB}/schema`, (c) => putSchema(c.directory, jobOf(c), c.body)),
  change('DELETE', `${ONE_JOB}/schema`, (c) => c.directory.put('synchronizationJobs', { ...jobOf(c), _schema: null })),
  answer('POST', `${ONE_JOB}/schema/parseExpression`, (c) => {
    jobOf(c);
    return parsedReply(c);
  }),
];

function readSchema(c: Context): JsonObject {
  return schemaOf(readJob(c.directory, param(c, 'id'), param(c, 'job')));
}

function shownSchema(c: Context): JsonObject {
  const schema = readSchema(c);
  return c.directory.quirks.schemaDirectories === 'inline' ? schema : without(schema, 'directories');
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
