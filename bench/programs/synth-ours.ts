import { App } from 'aws-cdk-lib';
import { CDK_FLAGS } from '../../stacks/aws/flags';
import { diskFolder } from '../../src/estate/load/estate-folder';
import { planEstate } from '../../src/estate/plan/estate-plan';
import { addEstateStacks } from '../../stacks/aws/estate-app';
import { imageSourceOf } from '../../stacks/image-source';

/** Whole synthesis as `cdk synth` runs it: the folder of estates, the output folder and the estate are given. */
const [estates = '', outdir = '', name = 'large'] = process.argv.slice(2);
const plan = planEstate(diskFolder(estates, name));
if (plan.access === undefined) throw new Error('the estate has no access section');
const app = new App({ outdir, analyticsReporting: false, postCliContext: CDK_FLAGS });
addEstateStacks(app, plan, { imageOf: imageSourceOf });
app.synth();
