import type { App } from 'aws-cdk-lib';
import { Validations } from 'aws-cdk-lib';
import type { AdoptedSets } from '../../constructs/aws/access/assignment-shard';
import type { ImageSource } from '../../constructs/aws/hosting/app-image';
import { SolutionsChecks } from '../../constructs/aws/checks/solutions-checks';
import type { EstatePlan } from '../../src/estate/plan/estate-plan';
import type { ServiceName } from '../../src/estate/sections/hosting/hosting';
import { sectionStacks } from '../../src/estate/plan/section-stacks';
import { TemplateValidation } from '../../constructs/aws/checks/template-validation';
import { addAccessStacks } from './access-app';
import type * as EmergencyApp from './emergency-app';
import type * as HostingApp from './hosting-app';
import type * as PipelineApp from './pipeline-app';
import type * as WatchApp from './watch-app';

/**
 * One for all apps of the process: it keeps CloudFormation's schemas and rules loaded, which takes most of a synthesis and
 * some hundred megabytes that are never given back.
 */
const TEMPLATE_VALIDATION = new TemplateValidation();

/** How the images of the applications are made. */
export type ImageSources = (app: ServiceName) => ImageSource;

/** What the stacks need besides the estate. */
export interface EstateSources {
  readonly imageOf: ImageSources;
  /** Permission sets whose assignments are to be adopted. @default none */
  readonly adopted?: AdoptedSets | undefined;
}

/** Adds the stacks of every section, and the checks that every template must pass. */
export function addEstateStacks(app: App, plan: EstatePlan, sources: EstateSources): void {
  const { estate, access, watch, emergency } = plan;
  const { hosting, customers, name } = estate;
  const { imageOf, adopted } = sources;
  if (access !== undefined) addAccessStacks(app, name, { access, adopted });
  if (hosting !== undefined && customers !== undefined) {
    loadHosting().addHostingStacks(app, {
      estateName: name,
      hosting,
      directoryType: customers.directoryType,
      callbacks: customers.webApplication.callbacks,
      images: { web: imageOf('web'), api: imageOf('api') },
    });
  }
  if (estate.pipeline !== undefined) loadPipeline().addPipelineStacks(app, plan);
  if (emergency !== undefined) loadEmergency().addEmergencyStacks(app, emergency);
  if (watch !== undefined) loadWatch().addWatchStack(app, name, watch);
  Validations.of(app).addPlugins(TEMPLATE_VALIDATION, new SolutionsChecks(app, { verbose: true }));
}

/** Whether the estate has a stack at all. */
export function hasStacks(plan: EstatePlan): boolean {
  return plan.access !== undefined || sectionStacks(plan).length > 0;
}

/** Not imported at the top: the hosting's service libraries take longer to load than the access stacks to synthesise. */
function loadHosting(): typeof HostingApp {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() gives a promise; synthesis is synchronous
  return require('./hosting-app') as typeof HostingApp;
}

/** Not imported at the top, for the same reason: IAM's constructs take a quarter of a second. */
function loadPipeline(): typeof PipelineApp {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() gives a promise; synthesis is synchronous
  return require('./pipeline-app') as typeof PipelineApp;
}

/** As above. */
function loadWatch(): typeof WatchApp {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() gives a promise; synthesis is synchronous
  return require('./watch-app') as typeof WatchApp;
}

/** As above. */
function loadEmergency(): typeof EmergencyApp {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() gives a promise; synthesis is synchronous
  return require('./emergency-app') as typeof EmergencyApp;
}
