import type { Estate } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';
import { describeApplications, describeConsents } from './describe-applications';
import { describeGroups, describeProvisioning, describeUserFlows } from './describe-directory';
import { directoryNotes } from './directory-notes';
import { describeConditionalAccess } from './describe-policies';
import type { ProgramResource, ProgramRun, ProgramRuns } from './facts';
import type { EntraReport, ReportProgram, ReportResource } from './report-types';
import { ResourceIndex } from './resource-index';
import { wordsFor } from './resource-words';

/** The part of the report that tells what the Pulumi programs register. */
export function describePrograms({ day, programs }: ProgramRuns, estate: Estate): EntraReport {
  return { day, programs: programs.map((run) => describeProgram(run, estate)) };
}

function describeProgram({ program, stack, failure, resources }: ProgramRun, estate: Estate): ReportProgram {
  const index = new ResourceIndex(resources);
  return {
    program,
    stack,
    ...(failure !== undefined && { failure }),
    notes: directoryNotes(program, estate),
    applications: describeApplications(index),
    consents: describeConsents(index),
    userFlows: describeUserFlows(index, estate),
    groups: describeGroups(index),
    provisioning: describeProvisioning(index),
    conditionalAccess: describeConditionalAccess(index),
    resources: resources.map((resource) => describeResource(resource, index)),
  };
}

function describeResource(resource: ProgramResource, index: ResourceIndex): ReportResource {
  const { key, kind, type, parent, dependsOn } = resource;
  const inputs = Object.entries(resource.inputs)
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([name, value]) => ({ name, value: index.show(value) }));
  const component = parent === undefined ? undefined : index.get(parent)?.name;
  return {
    key,
    kind,
    type,
    what: wordsFor(type),
    label: index.labelOf(resource),
    ...(component !== undefined && { component }),
    dependsOn,
    inputs,
  };
}
