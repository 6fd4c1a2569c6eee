/** Constructs and stacks for a CDK app of one's own: `@entra-aws-identity/cli/aws`. */
export { AccessControlAttributes, PermissionSet, PermissionSets } from '../../../constructs/aws/access/permission-sets';
export { Assignments } from '../../../constructs/aws/access/assignments';
export { IdentityCenterChecks } from '../../../constructs/aws/checks/identity-center-checks';
export { SolutionsChecks } from '../../../constructs/aws/checks/solutions-checks';
export { TemplateValidation } from '../../../constructs/aws/checks/template-validation';
export { AccessStack } from '../../../stacks/aws/access-stack';
export { addEstateStacks, addStacks, type EstateSources } from '../../../stacks/aws/estate-app';
export { CDK_FLAGS } from '../../../stacks/aws/flags';
export { imageSourceOf } from '../../../stacks/image-source';
