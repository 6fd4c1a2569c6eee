import { App } from 'aws-cdk-lib';
import { ASSET_RESOURCE_METADATA_ENABLED_CONTEXT, PATH_METADATA_ENABLE_CONTEXT } from 'aws-cdk-lib/cx-api';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { EstatePlan } from '../../src/estate/plan/planner';
import type { Check, EstateSources } from './estate-app';
import { addEstateStacks } from './estate-app';
import { CDK_FLAGS } from './flags';

/** Metadata that the CDK's CLI asks for unless cdk.json says otherwise. */
export const METADATA = { [PATH_METADATA_ENABLE_CONTEXT]: true, [ASSET_RESOURCE_METADATA_ENABLED_CONTEXT]: true };

/** The part of CDK's validation report that is read. */
const Report = z.looseObject({
  version: z.string(),
  pluginReports: z.array(z.looseObject({ pluginName: z.string() })),
});

/** Writes the cloud assembly of an estate into the folder that the CDK's CLI names. @throws Error if a check finds an error */
export function synthesize(plan: EstatePlan, sources: EstateSources): { readonly hasViolations: boolean } {
  const app = new App({ analyticsReporting: false, postCliContext: { ...CDK_FLAGS, ...METADATA } });
  const checks = addEstateStacks(app, plan, sources);
  app.synth();
  const file = join(app.outdir, 'validation-report.json');
  const report = Report.parse(JSON.parse(readFileSync(file, 'utf8')));
  const { pluginReports: found } = report;
  const passed = checks.filter(({ plugin }) => found.every(({ pluginName }) => pluginName !== plugin.name));
  const templates = templatesIn(app.outdir);
  const pluginReports = [...found, ...passed.map((check) => passedReport(check, templates))];
  writeFileSync(file, `${JSON.stringify({ ...report, pluginReports }, undefined, 2)}\n`);
  return { hasViolations: found.length > 0 };
}

const Template = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string() })).default({}) });

/** Types of the resources of each template, nested ones too, by the name of its file. */
function templatesIn(folder: string): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith(TEMPLATE));
  return new Map(
    files.toSorted().map((name) => {
      const { Resources } = Template.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      return [name.slice(0, -TEMPLATE.length), Object.values(Resources).map(({ Type }) => Type)];
    }),
  );
}

const TEMPLATE = '.template.json';

/** Report of a check that found nothing, which the CDK leaves out: what it ran over, in the form of the others. */
function passedReport({ plugin, judges }: Check, templates: ReturnType<typeof templatesIn>) {
  const judged = [...templates].flatMap(([name, types]) => {
    const resources = types.filter(judges).length;
    return resources === 0 ? [] : [{ name, resources }];
  });
  return {
    pluginName: plugin.name,
    ...(plugin.version !== undefined && { pluginVersion: plugin.version }),
    conclusion: 'success',
    metadata: {
      resources: String(judged.reduce((sum, { resources }) => sum + resources, 0)),
      templates: judged.map(({ name }) => name).join(', '),
    },
    violations: [],
  };
}
