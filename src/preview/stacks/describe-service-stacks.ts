import { sectionStacks } from '../../estate/plan/section-stacks';
import type { Side } from '../facts';
import { isHostingRole, resourcesOf } from '../hosting/templates';
import type { ReportServiceStack } from './stack-types';

/** The stacks that are neither of the access section nor of the hosting, which have parts of their own. */
export function describeServiceStacks({ plan, synthesis }: Side): readonly ReportServiceStack[] {
  return sectionStacks(plan)
    .filter(({ role }) => !isHostingRole(role))
    .map(({ name, role, account, region }) => {
      const found = synthesis?.templates.find(({ stack }) => stack === name);
      const size = found === undefined ? {} : { resources: Object.keys(resourcesOf(found)).length };
      return { name, role, account, region, ...size };
    });
}
