import { App } from 'aws-cdk-lib';
import { ASSET_RESOURCE_METADATA_ENABLED_CONTEXT, PATH_METADATA_ENABLE_CONTEXT } from 'aws-cdk-lib/cx-api';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { EstatePlan } from '../../src/estate/plan/planner';
import type { EstateSources } from './estate-app';
import { addEstateStacks } from './estate-app';
import { CDK_FLAGS } from './flags';

/** Metadata that the CDK's CLI asks for unless cdk.json says otherwise. */
const METADATA = { [PATH_METADATA_ENABLE_CONTEXT]: true, [ASSET_RESOURCE_METADATA_ENABLED_CONTEXT]: true };

/** The part of CDK's validation report that is read: plug-ins that found nothing are left out of it. */
const Report = z.object({ pluginReports: z.array(z.unknown()) });

/** Writes the cloud assembly of an estate into the folder that the CDK's CLI names. @throws Error if a check finds an error */
export function synthesize(plan: EstatePlan, sources: EstateSources): { readonly hasViolations: boolean } {
  const app = new App({ analyticsReporting: false, postCliContext: { ...CDK_FLAGS, ...METADATA } });
  addEstateStacks(app, plan, sources);
  app.synth();
  const report = Report.parse(JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')));
  return { hasViolations: report.pluginReports.length > 0 };
}
