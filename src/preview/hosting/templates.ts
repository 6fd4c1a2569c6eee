import { z } from 'zod';
import { HOSTING_KINDS } from '../../estate/plan/stacks/stacks';
import { compareText } from '../../estate/source/finding';
import type { SynthesizedTemplate } from '../facts';
import { known } from '../../text/values';

const Resource = z.object({
  Type: z.string(),
  DeletionPolicy: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});

const Resources = z.record(z.string(), Resource);

const TableProperties = z.object({
  DeletionProtectionEnabled: z.boolean().default(false),
  PointInTimeRecoverySpecification: z
    .object({ PointInTimeRecoveryEnabled: z.boolean() })
    .default({ PointInTimeRecoveryEnabled: false }),
  TimeToLiveSpecification: z.object({ AttributeName: z.string() }).optional(),
});

export function resourcesOf({ template }: SynthesizedTemplate): z.infer<typeof Resources> {
  return Resources.parse(template['Resources']);
}

export function isHostingTemplate({ role }: SynthesizedTemplate): boolean {
  return HOSTING_KINDS.some((hosting) => hosting === role);
}

/** Absent where nothing was synthesised. */
export function resourceCount(template: SynthesizedTemplate | undefined): number | undefined {
  return template && Object.keys(resourcesOf(template)).length;
}

/** Tables of the data stack, sorted by name. */
export function describeTables(templates: readonly SynthesizedTemplate[]) {
  const data = templates.filter(({ role }) => role === 'hosting-data');
  return data
    .flatMap((template) => Object.entries(resourcesOf(template)))
    .filter(([, { Type }]) => Type === 'AWS::DynamoDB::Table')
    .map(([id, { DeletionPolicy, Properties }]) => {
      const properties = TableProperties.parse(Properties);
      return known({
        name: readableId(id).replace(/^Tables/, ''),
        hasPointInTimeRecovery: properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled,
        hasDeletionProtection: properties.DeletionProtectionEnabled,
        /** True if it stays when its stack goes. */
        isKept: DeletionPolicy === 'Retain',
        /** Attribute by whose time items go. */
        expiresBy: properties.TimeToLiveSpecification?.AttributeName,
      });
    })
    .toSorted((a, b) => compareText(a.name, b.name));
}

/** A logical id without the hash that the CDK puts at its end. */
export function readableId(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
