import type { Template, TemplateResource } from '../access/repeated-assignments';

const HASH = /[0-9a-f]{64}/g;
const DIGITS = /^\d+$/;

/**
 * A template without what changes at nearly every edit of an estate and says nothing to a validator, so that what it says of
 * one is known of the next: names and order of the assignments where there is nothing else, what they wait for, which
 * accounts they are in, and the hash in the address of a nested template.
 */
export function plainTemplate(template: Template): Template {
  const { Resources } = template;
  if (Resources === undefined) return template;
  const all = Object.entries(Resources);
  if (all.length > 0 && all.every(([, { Type }]) => Type === 'AWS::SSO::Assignment')) {
    const texts = all
      .map(([, resource]) => JSON.stringify({ ...withoutDigits(resource), DependsOn: undefined }))
      .toSorted();
    const named = texts.map((text, index) => [`Assignment${index + 1}`, JSON.parse(text) as TemplateResource]);
    return { ...template, Resources: Object.fromEntries(named) as Record<string, TemplateResource> };
  }
  return { ...template, Resources: Object.fromEntries(all.map(([id, resource]) => [id, withPlainAddress(resource)])) };
}

function withoutDigits(resource: TemplateResource): TemplateResource {
  const { Properties } = resource;
  const target = Properties?.['TargetId'];
  if (typeof target !== 'string' || !DIGITS.test(target)) return resource;
  return { ...resource, Properties: { ...Properties, TargetId: '1'.repeat(target.length) } };
}

function withPlainAddress(resource: TemplateResource): TemplateResource {
  const { Type, Properties } = resource;
  if (Type !== 'AWS::CloudFormation::Stack' || Properties?.['TemplateURL'] === undefined) return resource;
  const address: unknown = JSON.parse(JSON.stringify(Properties['TemplateURL']).replace(HASH, '0'.repeat(64)));
  return { ...resource, Properties: { ...Properties, TemplateURL: address } };
}
