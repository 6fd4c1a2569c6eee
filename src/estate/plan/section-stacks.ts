import { emergencyStacks } from '../sections/emergency/emergency-plan';
import type { AccessStack } from './access-stacks';
import type { EmergencyPlan, EmergencyStack } from '../sections/emergency/emergency-plan';
import type { Estate } from '../sections/estate';
import type { Path } from '../source/finding';
import type { HostingRole } from '../sections/hosting/hosting';
import { HOSTING_ROLES, hostingStackName } from '../sections/hosting/hosting';
import type { PipelineAccount } from '../sections/pipeline/pipeline';
import { pipelineAccounts, pipelineStackName } from '../sections/pipeline/pipeline';
import type { Watch } from '../sections/workforce/watch';
import { watchStackName } from '../sections/workforce/watch';

/** What a stack is for that does not come from the access section. */
export type SectionRole = HostingRole | 'workforce-watch' | 'pipeline' | EmergencyStack['role'];

/** A stack with its section of the estate file. */
export interface SectionStack {
  readonly name: string;
  readonly role: SectionRole;
  readonly account: string;
  readonly region: string;
  /** The section. */
  readonly at: Path;
}

interface Plan {
  readonly estate: Estate;
  readonly access?: { readonly stacks: readonly AccessStack[] };
  readonly watch?: Watch;
  readonly emergency?: EmergencyPlan;
}

/** The stacks of an estate besides those of the access section. */
export function sectionStacks(plan: Plan): readonly SectionStack[] {
  return [...serviceStacks(plan), ...emergencyStacksOf(plan), ...pipelineStacks(plan)];
}

/** The accounts that the pipeline deploys stacks to. Emergency access is deployed by a person, as the pipeline's own roles are. */
export function deployedAccounts(plan: Plan): readonly PipelineAccount[] {
  return pipelineAccounts(plan.estate, [...(plan.access?.stacks ?? []), ...serviceStacks(plan)]);
}

function serviceStacks({ estate, watch }: Plan): readonly SectionStack[] {
  const { name, hosting } = estate;
  return [
    ...(hosting === undefined
      ? []
      : HOSTING_ROLES.map((role) => ({
          name: hostingStackName(name, role),
          role,
          ...homeOf(hosting),
          at: hosting.at,
        }))),
    ...(watch === undefined
      ? []
      : [{ name: watchStackName(name), role: 'workforce-watch' as const, ...homeOf(watch), at: ['workforce'] }]),
  ];
}

function emergencyStacksOf({ emergency }: Plan): readonly SectionStack[] {
  return emergency === undefined ? [] : emergencyStacks(emergency).map((stack) => ({ ...stack, at: ['emergency'] }));
}

function pipelineStacks(plan: Plan): readonly SectionStack[] {
  const { name, pipeline } = plan.estate;
  if (pipeline === undefined) return [];
  return deployedAccounts(plan).map(({ account, regions: [region] }) => {
    return { name: pipelineStackName(name, account), role: 'pipeline', account, region, at: pipeline.at };
  });
}

function homeOf({ account, region }: Pick<SectionStack, 'account' | 'region'>) {
  return { account, region };
}
