import { notFound, notImplemented } from '../../graph-error';
import { type Context, makersOf, param, type Reply, type Route } from '../../context';
import { objectReply, valuesReply } from '../../http/reply';
import { type JsonObject, objectsOf, textOf, without } from '../../json';
import { discoverDirectory, parseExpression, putSchema, schemaOf, templateSchema } from './schema';
import { jobOf, ONE_JOB, readJobOf, SYNCHRONIZATION, templateIdsOf } from './jobs';

const { get, answer, change } = makersOf();

/** Templates and mappings of a service principal's provisioning jobs. */
export const schemaRoutes: readonly Route[] = [
  get(`${SYNCHRONIZATION}/templates`, (c) => valuesReply(c, 'synchronization/templates', templatesOf(c))),
  get(`${SYNCHRONIZATION}/templates/{template}`, (c) =>
    objectReply(c, 'synchronization/templates/$entity', templateOf(c)),
  ),
  get(`${SYNCHRONIZATION}/templates/{template}/schema`, (c) =>
    objectReply(c, 'synchronization/templates/schema', templateSchema(textOf(templateOf(c), 'id'))),
  ),
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

function templatesOf(c: Context): readonly JsonObject[] {
  const { id, ...principal } = c.directory.read('servicePrincipals', param(c, 'id'));
  return templateIdsOf(c.directory, id).map((template) => ({
    id: template,
    applicationId: textOf(principal, 'appId'),
    default: true,
    description: null,
    discoverable: true,
    factoryTag: template,
    metadata: [],
  }));
}

/** @throws GraphError 404 */
function templateOf(c: Context): JsonObject {
  const template = templatesOf(c).find(({ id }) => id === param(c, 'template'));
  if (template === undefined) throw notFound(param(c, 'template'));
  return template;
}

function readSchema(c: Context): JsonObject {
  return schemaOf(readJobOf(c));
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
