import type { Known, ResourceType } from './resource';
import type { Properties } from './values';
import { apiConnector } from './api-connector/api-connector';
import { authenticationEventListener } from './custom-extension/event-listener';
import { customAuthenticationExtension } from './custom-extension/custom-extension';
import { authenticationEventsFlow } from './events-flow/events-flow';
import { identityProvider } from './identity-provider/identity-provider';
import { samlSigningCertificate } from './saml/saml-signing-certificate';
import { synchronizationSchema } from './synchronization/synchronization-schema';
import { synchronizationState } from './synchronization/synchronization-state';
import { userFlowAttribute } from './user-attribute/user-flow-attribute';
import { userFlow } from './user-flow/user-flow';
import { quotedList } from '../src/text/suggest';

/** Every resource type of the package, by the last part of its token. */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceType<Properties>>> = {
  ApiConnector: typed(apiConnector),
  AuthenticationEventListener: typed(authenticationEventListener),
  AuthenticationEventsFlow: typed(authenticationEventsFlow),
  CustomAuthenticationExtension: typed(customAuthenticationExtension),
  IdentityProvider: typed(identityProvider),
  SamlSigningCertificate: typed(samlSigningCertificate),
  SynchronizationSchema: typed(synchronizationSchema),
  SynchronizationState: typed(synchronizationState),
  UserFlow: typed(userFlow),
  UserFlowAttribute: typed(userFlowAttribute),
};

/** A resource type of the package. @throws Error if there is no such type */
export function resourceType(token: string): ResourceType<Properties> {
  const found = RESOURCE_TYPES[token];
  if (found !== undefined) return found;
  throw new Error(`unknown resource type '${token}'; types: ${quotedList(Object.keys(RESOURCE_TYPES))}`);
}

/** Lets a resource type be used without knowing its inputs: they are parsed before each operation. */
function typed<I>(type: ResourceType<I>): ResourceType<Properties> {
  const parse = (inputs: Properties): I => type.schema.parse(inputs);
  return {
    ...type,
    // Only parsed values reach the resource, and those it hands back are plain properties anyway.
    schema: type.schema as unknown as ResourceType<Properties>['schema'],
    create: (inputs, context) => type.create(parse(inputs), context),
    read: async (id, known, context) => {
      const parsed = known && parseKnown(type, known);
      const live = await type.read(id, parsed, context);
      // Without its inputs a state is not handed to the type, which would carry them on.
      return live && known && parsed === undefined
        ? { ...live, outputs: { ...live.outputs, ...recordedIn(type, known) } }
        : live;
    },
    update: (id, { olds, news }, context) => type.update(id, { olds, news: parse(news) }, context),
  };
}

function recordedIn<I>({ recorded = [] }: ResourceType<I>, { outputs }: Known<Properties>): Properties {
  return Object.fromEntries(Object.entries(outputs).filter(([key]) => recorded.includes(key)));
}

/** Content of the state, unless no declaration could say so: then the resource is read as on import. */
function parseKnown<I>(type: ResourceType<I>, { inputs, outputs }: Known<Properties>): Known<I> | undefined {
  const parsed = type.schema.safeParse(inputs);
  return parsed.success ? { inputs: parsed.data, outputs } : undefined;
}
