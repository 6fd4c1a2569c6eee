import { cdkStacks } from '../../estate/plan/stacks';
import type { Side } from '../facts';
import { resourcesOf } from '../hosting/templates';
import type { ReportServiceStack } from './stack-types';

/** The stacks that are neither of the access section nor of the hosting, which have parts of their own. */
export function describeServiceStacks({ plan, synthesis }: Side): readonly ReportServiceStack[] {
  return cdkStacks(plan)
    .filter(({ section }) => section !== 'access' && section !== 'hosting')
    .map(({ name, kind, account, region }) => {
      const found = synthesis?.templates.find(({ stack }) => stack === name);
      const size = found === undefined ? {} : { resources: Object.keys(resourcesOf(found)).length };
      return { name, role: kind, account, region, ...size };
    });
}
