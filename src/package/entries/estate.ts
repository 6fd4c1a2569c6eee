/** The estate as data: read, checked and planned, with no cloud and no engine: `@entra-aws-identity/cli/estate`. */
export { diskFolder, listEstates } from '../../estate/load/estate-folder';
export { allFindings, planEstate } from '../../estate/plan/estate-plan';
export type { EstatePlan } from '../../estate/plan/planner';
export { explain } from '../../estate/plan/explanation/explain';
export { cdkStacks, programsOf, stackName, STACKS } from '../../estate/plan/stacks/stacks';
export type { Estate } from '../../estate/sections/estate';
export type { EstateFolder } from '../../estate/source/estate-folder';
export { formatFinding, hasErrors, type Finding } from '../../estate/source/finding';
