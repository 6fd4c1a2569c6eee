import { isDescribedPath, misfitsInBody, type Place } from '../../apps/emulator/graph/described/check';
import { EXCEPTIONS, findOperation } from '../../apps/emulator/graph/described/described';
import { isObject, type Json, type JsonObject } from '../../apps/emulator/graph/json';
import type { Permissions } from '../../apps/emulator/graph/permissions/needs';
import { findNeed, undocumentedRow } from '../../apps/emulator/graph/permissions/needs';
import { join } from 'node:path';
import { z } from 'zod';
import requests from './graph-requests.json';

/** Senders of requests: plug-ins of Pulumi, and commands. */
const Requester = z.enum([
  'azuread',
  'entragraph',
  'doctor',
  'import',
  'sign-in bootstrap',
  'who',
  'scim provision',
  'scim rotate',
]);
export type Requester = z.output<typeof Requester>;

const CataloguedRequest = z.strictObject({
  /** Without ids and values: `PATCH /v1.0/groups/{id}`. */
  request: z.string().regex(/^[A-Z]+ \/(?:v1\.0|beta)\//),
  by: z.array(Requester).readonly(),
  /** Names of query options. */
  query: z.array(z.string()).readonly(),
  /** Names of properties in the body, of objects inside too: `api.oauth2PermissionScopes`. */
  properties: z.array(z.string()).readonly(),
});
export type CataloguedRequest = Readonly<z.output<typeof CataloguedRequest>>;

/** File of the catalogue. */
export const CATALOGUE_FILE = join(__dirname, 'graph-requests.json');

/** Every request of the programs, the doctor and the commands that the tests have met: they fail for another one. */
export const CATALOGUE: readonly CataloguedRequest[] = z.array(CataloguedRequest).parse(requests);

const INTRODUCTION = `# Requests to Microsoft Graph

Every request that this project sends to Graph: both programs, by the plug-ins azuread and entragraph, the doctor, and the commands that read a directory. Generated from \`scripts/reference/graph-requests.json\` by \`npm run reference\`. The system tests look at each request that reaches [the emulator](emulator.md) and fail for one that is not here, as \`npm run reference\` does for one that Microsoft does not describe and that has no reason.

- **Permissions**: those that Microsoft's table marks as the least for the request, of an application and of a person (\`permissions.json\` of microsoft-graph-devx-content). A plus means both. Where the table has none, all that are enough. [What each identity is given](bicep.md#who-may-do-what).
- **Described**: 'yes' where path and properties are in Microsoft's own description of that version (\`schemas/v1.0-Prod.csdl\` of microsoftgraph/msgraph-metadata; npm \`@microsoft/microsoft-graph-types-beta\`); 'page' for an action, a function or the content of an object (\`$value\`), which a page of the reference describes. Anything else has its reason below.
- Nothing here was sent to a tenant: it is what is sent, and what is documented of it.
`;

/**
 * The report as Markdown.
 *
 * @throws Error for a request, or a property of one, that Microsoft does not describe and that has no reason
 */
export function graphRequestsReference(catalogue: readonly CataloguedRequest[] = CATALOGUE): string {
  const reports = catalogue.map(reportOf);
  const lacking = reports.flatMap(({ lacks }) => lacks);
  if (lacking.length > 0) {
    throw new Error(
      `not described by Microsoft, and without a reason:\n${lacking.join('\n')}\n` +
        'add the reason to apps/emulator/graph/permissions/own-rows.ts or to EXCEPTIONS in described/described.ts, or send something else',
    );
  }
  const head = ['Request', 'By', 'Query', 'Body', 'Application', 'Person', 'Described'];
  const rows = [head, head.map(() => '---'), ...reports.map(({ cells }) => cells)];
  const reasons = [...new Set(reports.flatMap((report) => report.reasons))];
  return [
    INTRODUCTION,
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '\n## Reasons\n',
    ...reasons.map((reason) => `- ${reason}`),
    '',
  ].join('\n');
}

interface Report {
  readonly cells: readonly string[];
  readonly reasons: readonly string[];
  readonly lacks: readonly string[];
}

function reportOf({ request, by, query, properties }: CataloguedRequest): Report {
  const place = placeOf(request);
  const need = findNeed(place);
  const undocumented = undocumentedRow(place);
  const rows = [need?.own, undocumented].filter((row) => row !== undefined);
  const unknown = unknownIn(place, properties);
  const isPath = isDescribedPath(place);
  const exceptions = EXCEPTIONS.filter(({ requests: paths }) => paths.some((path) => path === request));
  const isExplained = exceptions.length > 0;
  const isKnown = isPath && unknown.length === 0 && !isExplained;
  return {
    cells: [
      code(request),
      by.join(', '),
      query.map(code).join(' '),
      properties.map(code).join(' '),
      permissionsOf(need?.application),
      permissionsOf(need?.delegated),
      isKnown ? (isInTypes(place) ? 'yes' : 'page') : 'see below',
    ],
    reasons: [
      ...rows.map(({ reason, source }) => `${code(request)}: ${reason} ([source](${source}))`),
      ...exceptions.map(({ property, reason }) => `${code(request)}: ${code(property)}: ${reason}.`),
    ],
    lacks: [
      ...(need === undefined ? [`${request}: no permissions`] : []),
      ...(isPath ? [] : [`${request}: the path`]),
      ...unknown.map((property) => `${request}: the property ${property}`),
    ],
  };
}

function isInTypes({ version, path }: Place): boolean {
  return findOperation(version, path) === undefined && !path.endsWith('/$value');
}

function placeOf(request: string): Place {
  const {
    method = '',
    version = '',
    path = '',
  } = /^(?<method>\w+) \/(?<version>[^/]+)(?<path>\/.*)$/.exec(request)?.groups ?? {};
  return PlaceParts.parse({ method, version, path });
}

const PlaceParts = z.object({
  method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']),
  version: z.enum(['v1.0', 'beta']),
  path: z.string(),
});

/** Properties that no type has of those that the bodies of a request say they are of: identity providers are of several. */
function unknownIn(place: Place, properties: readonly string[]): readonly string[] {
  const types = properties.filter((property) => property.startsWith('@odata.type='));
  const others = properties.filter((property) => !types.includes(property));
  const [first = [], ...rest] = (types.length === 0 ? [[]] : types.map((type) => [type])).map((type) =>
    misfitsInBody(place, bodyWith([...type, ...others])).flatMap(({ at, isUnknown }) => (isUnknown ? [at] : [])),
  );
  return first.filter((property) => rest.every((unknown) => unknown.includes(property)));
}

/** A body with properties of these names. */
function bodyWith(properties: readonly string[]): JsonObject {
  return properties.reduce<JsonObject>((body, property) => {
    const { before = '', type } = /^(?<before>.*?)@odata\.type=(?<type>.*)$/.exec(property)?.groups ?? {};
    if (type !== undefined) return withProperty(body, [...before.split('.').slice(0, -1), '@odata.type'], type);
    return property.startsWith('@') ? body : withProperty(body, property.replace(/\.?@.*$/, '').split('.'), null);
  }, {});
}

function withProperty(body: JsonObject, [name = '', ...rest]: readonly string[], value: Json): JsonObject {
  const known = body[name];
  if (rest.length === 0) return { ...body, [name]: known ?? value };
  return { ...body, [name]: withProperty(isObject(known) ? known : {}, rest, value) };
}

function permissionsOf(permissions: Permissions | undefined): string {
  if (permissions === undefined) return '';
  const { least, also } = permissions;
  const shown = (least.length > 0 ? least : also).map((entry) => entry.replaceAll(' & ', ' + '));
  if (shown.length === 0) return 'not supported';
  return shown.map((entry) => (entry === '' ? 'any token' : code(entry))).join(' or ');
}

const code = (text: string): string => `\`${text}\``;
