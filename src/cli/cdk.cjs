// The CDK app of cdk.json, stacks/cdk.ts.
require('../package/contents/node-version.cjs');
void require('./compile.cjs').runCompiled('cdk');
