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

Every request that both programs (by azuread and entragraph), the doctor and the commands send. Written by \`npm run reference\` from \`scripts/reference/graph-requests.json\`. System tests fail for a request that reaches [the emulator](emulator.md) and is not here. Nothing here was sent to a tenant.

In each line: the sender, query options (\`$…\`), properties of the body, and the least permissions by Microsoft's table (\`permissions.json\` of microsoft-graph-devx-content), or all that are enough where it has no least. Commas separate alternatives, a plus joins what is needed together; a person's are named where they differ from an application's. [Permissions of each identity](bicep.md#who-may-do-what).

Path and properties are in Microsoft's description of the version (\`schemas/v1.0-Prod.csdl\` of microsoftgraph/msgraph-metadata; npm \`@microsoft/microsoft-graph-types-beta\`), except for a _page_ (an action, a function or an object's content, which a page of Graph's reference describes) and a _reason_ (below).
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
  const reasons = Map.groupBy(
    reports.flatMap((report) => report.reasons),
    ({ text }) => text,
  );
  return [
    INTRODUCTION,
    ...reports.map(({ line }) => line),
    '\n## Reasons\n',
    ...[...reasons].map(
      ([text, given]) => `- ${[...new Set(given.map(({ request }) => code(request)))].join(', ')}: ${text}`,
    ),
    '',
  ].join('\n');
}

interface Report {
  readonly line: string;
  readonly reasons: readonly { readonly request: string; readonly text: string }[];
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
    line: `- ${code(request)} (${[
      by.join(', '),
      ...[query, properties].filter((names) => names.length > 0).map((names) => names.map(code).join(' ')),
    ].join(
      '; ',
    )}): ${[...needed(need), ...(isKnown ? (isInTypes(place) ? [] : ['_page_']) : ['_reason_'])].join('; ')}`,
    reasons: [
      ...rows.map(({ reason, source }) => ({ request, text: `${reason} ([source](${source}))` })),
      ...exceptions.map(({ property, reason }) => ({ request, text: `${code(property)}: ${reason}.` })),
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

/** Permissions of an application, and those of a person where they are others. */
function needed(need: ReturnType<typeof findNeed>): readonly string[] {
  const [application, person] = [permissionsOf(need?.application), permissionsOf(need?.delegated)];
  return application === person ? [application] : [application, `person ${person}`];
}

function permissionsOf(permissions: Permissions | undefined): string {
  if (permissions === undefined) return '';
  const { least, also } = permissions;
  const shown = (least.length > 0 ? least : also).map((entry) => entry.replaceAll(' & ', ' + '));
  if (shown.length === 0) return 'not supported';
  return shown.map((entry) => (entry === '' ? 'any token' : code(entry))).join(', ');
}

const code = (text: string): string => `\`${text}\``;
