import * as pulumi from '@pulumi/pulumi';
import type { GraphFlowProperty, UserFlow as FlowDefinition } from '../../src/estate/sections/customers/customers';
import { pageTextsOf } from '../../src/estate/sections/customers/page-texts';
import { CONNECTOR_STEPS } from '../../provider/limits';
import { merged } from '../../src/estate/source/merged';
import type { DirectoryIds } from './identity-providers';
import { UserFlow, type UserFlowArgs, type UserFlowAttributeAssignmentArgs } from '../graph/user-flow';

/** Names of the estate that flows refer to, with what the directory has for each. */
export interface FlowReferences {
  /** @default none: flows name ids alone */
  readonly identityProviders?: DirectoryIds;
  /** @default none: flows name ids alone */
  readonly customAttributes?: DirectoryIds;
  /** @default none: flows name ids alone */
  readonly apiConnectors?: DirectoryIds;
}

export interface B2cUserFlowsArgs extends FlowReferences {
  /** In any order; a flow's id is its identity. */
  readonly flows: readonly FlowDefinition[];
}

/**
 * The user flows of a B2C directory. What a flow leaves empty (attributes, claims, identity providers) is left to the service.
 * Needs the provider `entragraph` in `opts.providers`.
 */
export class B2cUserFlows extends pulumi.ComponentResource {
  constructor(name: string, args: B2cUserFlowsArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:B2cUserFlows', name, {}, opts);
    for (const definition of args.flows) {
      new UserFlow(`${name}-${definition.id}`, flowArgs(definition, args), { parent: this });
    }
    this.registerOutputs({});
  }
}

/** Properties that the resource takes besides its type: the state keeps two that a person makes. */
type Declared = Exclude<GraphFlowProperty, 'type'> | 'multifactor' | 'claims';

function flowArgs(flow: FlowDefinition, names: FlowReferences): UserFlowArgs {
  const { multifactor, attributes, claims, identityProviders, languages, apiConnectors } = flow;
  const texts = pageTextsOf(flow);
  const parts: Readonly<Record<Declared, Partial<UserFlowArgs> | false | undefined>> = {
    multifactor: multifactor && { multifactor },
    attributes: attributes.length > 0 && { attributes: attributes.map((one) => attributeArgs(one, names)) },
    claims: claims.length > 0 && { claims: claims.toSorted() },
    identityProviders: identityProviders.length > 0 && {
      identityProviders: identityProviders.toSorted().map((one) => names.identityProviders?.get(one) ?? one),
    },
    languages: languages && {
      isLanguageCustomizationEnabled: true,
      defaultLanguageTag: languages.default,
      languages: languages.shown.toSorted(),
      ...(texts.length > 0 && { pageTexts: texts }),
    },
    apiConnectors: apiConnectors && {
      apiConnectors: CONNECTOR_STEPS.flatMap((step) => {
        const connector = apiConnectors[step];
        return connector === undefined ? [] : [{ step, connector: names.apiConnectors?.get(connector) ?? connector }];
      }),
    },
  };
  return { userFlowId: flow.id, userFlowType: flow.type, ...merged(parts) };
}

function attributeArgs(
  { id, optional, requiresVerification, label, input, choices }: FlowDefinition['attributes'][number],
  { customAttributes }: Pick<FlowReferences, 'customAttributes'>,
): UserFlowAttributeAssignmentArgs {
  return {
    attribute: customAttributes?.get(id) ?? id,
    isOptional: optional,
    requiresVerification,
    ...(label !== undefined && { displayName: label }),
    ...(input !== undefined && { userInputType: input }),
    ...(choices && {
      userAttributeValues: choices.map((one) => ({ name: one.label, value: one.value, isDefault: one.default })),
    }),
  };
}
