import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { ACTIONS } from '../../apps/emulator/graph/described/actions';
import type { DescribedTypes, DescribedVersion } from '../../apps/emulator/graph/described/described';
import { ROUTES } from '../../apps/emulator/graph/routes';

/** Sets at the root of Graph, which the types leave out. */
const ROOT: Readonly<Record<string, string>> = {
  applications: 'application[]',
  applicationTemplates: 'applicationTemplate[]',
  auditLogs: 'auditLogRoot',
  directory: 'directory',
  directoryObjects: 'directoryObject[]',
  groups: 'group[]',
  identity: 'identityContainer',
  me: 'user',
  oauth2PermissionGrants: 'oAuth2PermissionGrant[]',
  organization: 'organization[]',
  policies: 'policyRoot',
  servicePrincipals: 'servicePrincipal[]',
  users: 'user[]',
};

/** Types that only `@odata.type` names. */
const NAMED = [
  'appleManagedIdentityProvider',
  'basicAuthentication',
  'azureAdTokenAuthentication',
  'httpRequestEndpoint',
  'fallbackToMicrosoftProviderOnError',
  'onTokenIssuanceStartCustomExtension',
  'onAttributeCollectionStartCustomExtension',
  'onAttributeCollectionSubmitCustomExtension',
  'onOtpSendCustomExtension',
  'onTokenIssuanceStartCustomExtensionHandler',
  'onAttributeCollectionStartCustomExtensionHandler',
  'onAttributeCollectionSubmitCustomExtensionHandler',
  'onOtpSendCustomExtensionHandler',
  'onTokenIssuanceStartListener',
  'onAttributeCollectionStartListener',
  'onAttributeCollectionSubmitListener',
  'onEmailOtpSendListener',
  'clientCertificateAuthentication',
  'pkcs12Certificate',
  'builtInIdentityProvider',
  'oidcClientSecretAuthentication',
  'oidcIdentityProvider',
  'openIdConnectIdentityProvider',
  'socialIdentityProvider',
  'externalUsersSelfServiceSignUpEventsFlow',
  'onAttributeCollectionExternalUsersSelfServiceSignUp',
  'onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp',
  'onInteractiveAuthFlowStartExternalUsersSelfServiceSignUp',
  'onUserCreateStartExternalUsersSelfServiceSignUp',
];

const PACKAGES = {
  'v1.0': require.resolve('@microsoft/microsoft-graph-types/microsoft-graph.d.ts'),
  beta: require.resolve('@microsoft/microsoft-graph-types-beta/microsoft-graph.d.ts'),
};

/**
 * Text of `apps/emulator/graph/described/types.json`: of Microsoft's own types, those that the paths of the emulator have. Whole
 * they are 6 MB.
 */
export function graphTypes(): string {
  const types: DescribedTypes = { 'v1.0': describe('v1.0'), beta: describe('beta') };
  return `${JSON.stringify(types, null, 2)}\n`;
}

function describe(version: keyof typeof PACKAGES): DescribedVersion {
  const model = readModel(PACKAGES[version]);
  const served = ROUTES.filter((route) => (route.version ?? version) === version).map(({ path }) => path);
  const paths = [...new Set(served)].toSorted().flatMap((path) => {
    const type = typeAt(model, path);
    return type === undefined ? [] : [[path, type] as const];
  });
  const actions = Object.values(ACTIONS).flatMap(({ parameters, answer = '' }) => [
    ...Object.values(parameters),
    answer,
  ]);
  const names = reachable(model, [...paths.map(([, type]) => type), ...NAMED, ...actions]);
  return {
    paths: Object.fromEntries(paths),
    types: Object.fromEntries(
      names.map((name) => {
        const [base, properties] = [model.get(name)?.base, Object.entries(model.get(name)?.properties ?? {})];
        const kept = properties.map(([property, type]) => [
          property,
          names.includes(element(type)) ? type : plain(type),
        ]);
        return [name, { ...(base !== undefined && { base }), properties: Object.fromEntries(kept) as Properties }];
      }),
    ),
  };
}

type Properties = Readonly<Record<string, string>>;

interface Type {
  readonly base: string | undefined;
  /** Of the type alone, without those of its base. */
  readonly properties: Properties;
}

type Model = ReadonlyMap<string, Type>;

function readModel(file: string): Model {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const interfaces = source.statements.filter(ts.isInterfaceDeclaration);
  return new Map(
    interfaces.map((one) => {
      const base = one.heritageClauses?.[0]?.types[0]?.expression;
      const members = one.members.filter(ts.isPropertySignature);
      const properties = members.map(({ name, type }) => [nameText(name), typeText(type)] as const);
      const baseName = base !== undefined && ts.isIdentifier(base) ? graphName(base.text) : undefined;
      return [graphName(one.name.text), { base: baseName, properties: Object.fromEntries(properties) }];
    }),
  );
}

function nameText(name: ts.PropertyName): string {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : '';
}

/** `NullableOption<AppRole[]>` is `appRole[]`; a plain value is `''`. */
function typeText(type: ts.TypeNode | undefined): string {
  if (type === undefined) return '';
  if (ts.isArrayTypeNode(type)) return `${typeText(type.elementType)}[]`;
  if (!ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName)) return '';
  const [argument] = type.typeArguments ?? [];
  return argument === undefined ? graphName(type.typeName.text) : typeText(argument);
}

/** Names as Graph writes them: `appRole`. */
function graphName(name: string): string {
  return `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
}

const element = (type: string): string => type.replace(/\[\]$/, '');
const plain = (type: string): string => (type.endsWith('[]') ? '[]' : '');

/** Content of an object, of which the types say nothing. */
const CONTENT = '/$value';

/** Type of what a path names; undefined where Microsoft's types don't have it. */
function typeAt(model: Model, path: string): string | undefined {
  if (path.endsWith(CONTENT)) return typeAt(model, path.slice(0, -CONTENT.length)) === undefined ? undefined : '';
  const segments = path
    .split('/')
    .slice(1)
    .filter((segment) => !['$ref', '$count'].includes(segment));
  return segments.reduce<string | undefined>((type, segment, index) => {
    if (index === 0) return ROOT[segment];
    if (type === undefined) return undefined;
    if (segment.startsWith('{')) return type.endsWith('[]') ? element(type) : undefined;
    const cast = /^microsoft\.graph\.(?<name>\w+)$/.exec(segment)?.groups?.['name'];
    if (cast === undefined) return propertyOf(model, type, segment);
    return isA(model, cast, element(type)) ? type.replace(/^\w+/, cast) : undefined;
  }, undefined);
}

function propertyOf(model: Model, name: string, property: string): string | undefined {
  const type = model.get(name);
  return type === undefined ? undefined : (type.properties[property] ?? propertyOf(model, type.base ?? '', property));
}

function isA(model: Model, name: string, wanted: string): boolean {
  const base = model.get(name)?.base;
  return name === wanted || (base !== undefined && isA(model, base, wanted));
}

/** The types and those of their properties, but of references to other objects none: they are read at paths of their own. */
function reachable(model: Model, roots: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const visit = (type: string): void => {
    const name = element(type);
    const known = model.get(name);
    if (known === undefined || found.has(name)) return;
    found.add(name);
    if (known.base !== undefined) visit(known.base);
    for (const part of Object.values(known.properties)) if (!isA(model, element(part), 'entity')) visit(part);
  };
  roots.forEach(visit);
  return [...found].toSorted();
}
