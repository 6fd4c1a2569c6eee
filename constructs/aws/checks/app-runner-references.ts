import type { Template, TemplateResource } from '../access/repeated-assignments';

/** Properties of App Runner's services whose values are ARNs of configurations that do not change. */
const CONFIGURATIONS = new Set(['AutoScalingConfigurationArn', 'ObservabilityConfigurationArn', 'VpcConnectorArn']);

/**
 * Moves the references of App Runner's services to their configurations from the properties to the metadata of the
 * resource, where a validator still checks that what they refer to exists and has the attribute. In the properties it
 * compiles the schema's patterns of these ARNs, up to 1,011 Unicode word characters, which takes 0.6 s and 220 MiB; a
 * pattern can judge an ARN that is written out, but no reference. An ARN that is written out stays.
 */
export function withMovedReferences(template: Template): Template {
  if (template.Resources === undefined) return template;
  const resources = Object.entries(template.Resources).map(([id, resource]) => [id, moveReferences(resource)] as const);
  return { ...template, Resources: Object.fromEntries(resources) };
}

function moveReferences(resource: TemplateResource): TemplateResource {
  if (resource.Type !== 'AWS::AppRunner::Service' || resource.Properties === undefined) return resource;
  const references: unknown[] = [];
  const properties = JSON.parse(JSON.stringify(resource.Properties), (name, value: unknown) => {
    if (!CONFIGURATIONS.has(name) || typeof value === 'string') return value;
    references.push(value);
    return undefined;
  }) as NonNullable<TemplateResource['Properties']>;
  if (references.length === 0) return resource;
  return { ...resource, Properties: properties, Metadata: { ...resource.Metadata, References: references } };
}
