import type { Directory } from '../../directory/directory';
import { badRequest, notFound } from '../../graph-error';
import type { JsonObject } from '../../json';
import { isObject, objectOf, objectsOf, textOf, unannotated } from '../../json';
import type { Entity } from '../../store/store';
import { templateSchema } from './schema-templates';

/** The mapping of a job: what was put, or what its template starts with. */
export function schemaOf(job: Entity): JsonObject {
  const own = job['_schema'];
  if (isObject(own)) return own;
  const templateId = textOf(job, 'templateId');
  return { ...templateSchema(templateId), id: job.id };
}

/** Replaces the whole mapping; the version grows by itself. @throws GraphError 400 where it does not hold together */
export function putSchema(directory: Directory, job: Entity, body: JsonObject): Entity {
  checkSchema(body);
  const versions = Number(job['_versions'] ?? 0) + 1;
  const schema = { ...unannotated(body), id: job.id, version: `Date:${directory.now()}, Version:${versions}` };
  return directory.put('synchronizationJobs', { ...job, _schema: schema, _versions: versions });
}

/**
 * Looks at what a directory holds. Behind this one is no other system, so that nothing is found that was not known; only
 * the time of the discovery is new. @throws GraphError 404
 */
export function discoverDirectory(directory: Directory, job: Entity, key: string): JsonObject {
  const schema = schemaOf(job);
  const directories = objectsOf(schema, 'directories');
  const found = directories.find(({ id, name }) => id === key || name === key);
  if (found === undefined) throw notFound(key);
  const discovered = { ...found, discoveryDateTime: directory.now() };
  const all = directories.map((item) => (item === found ? discovered : item));
  directory.put('synchronizationJobs', { ...job, _schema: { ...schema, directories: all } });
  return discovered;
}

function checkSchema(schema: JsonObject): void {
  const directories = objectsOf(schema, 'directories');
  const rules = objectsOf(schema, 'synchronizationRules');
  if (rules.length === 0) throw invalid('synchronizationRules is missing');
  if (directories.length === 0) throw invalid('directories is missing, and a PUT replaces everything');
  for (const rule of rules) checkRule(rule, directories);
}

function checkRule(rule: JsonObject, directories: readonly JsonObject[]): void {
  const source = directories.find((item) => item['name'] === rule['sourceDirectoryName']);
  const target = directories.find((item) => item['name'] === rule['targetDirectoryName']);
  if (source === undefined || target === undefined) {
    throw invalid(`rule '${textOf(rule, 'name')}' names a directory that is not among the directories`);
  }
  for (const mapping of objectsOf(rule, 'objectMappings')) {
    const targetObject = objectsOf(target, 'objects').find((item) => item['name'] === mapping['targetObjectName']);
    const sourceObject = objectsOf(source, 'objects').find((item) => item['name'] === mapping['sourceObjectName']);
    if (targetObject === undefined || sourceObject === undefined) {
      throw invalid(`mapping '${textOf(mapping, 'name')}' names an object that its directories do not have`);
    }
    checkAttributes(mapping, sourceObject, targetObject);
  }
}

function checkAttributes(mapping: JsonObject, sourceObject: JsonObject, targetObject: JsonObject): void {
  const lines = objectsOf(mapping, 'attributeMappings');
  const targets = lines.map((line) => textOf(line, 'targetAttributeName'));
  const repeated = targets.find((name, index) => targets.indexOf(name) !== index);
  if (repeated !== undefined) throw invalid(`attribute '${repeated}' is mapped twice`);
  const known = namesOf(targetObject);
  const unknown = targets.find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(`the target has no attribute '${unknown}'`);
  for (const line of lines) checkSource(line, sourceObject);
  // Without one the service cannot tell whether somebody exists already on the other side.
  if (!lines.some((line) => Number(line['matchingPriority']) === 1)) {
    throw invalid(`mapping '${textOf(mapping, 'name')}' has no attribute with matchingPriority 1`);
  }
}

function checkSource(line: JsonObject, sourceObject: JsonObject): void {
  const source = objectOf(line, 'source');
  if (source['type'] !== 'Attribute') return;
  const name = textOf(source, 'name');
  if (!namesOf(sourceObject).includes(name)) throw invalid(`the source has no attribute '${name}'`);
}

function namesOf(object: JsonObject): readonly string[] {
  return objectsOf(object, 'attributes').map((attribute) => textOf(attribute, 'name'));
}

function invalid(problem: string): Error {
  return badRequest(`The synchronization schema is invalid: ${problem}.`, 'InvalidSchema');
}
