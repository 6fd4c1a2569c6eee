import { App } from 'aws-cdk-lib';
import cdkJson from '../../cdk.json';
import { diskFolder } from '../../files/estate-folder';
import { planEstate } from '../../model/estate-plan';
import { addAccessStacks } from '../../stacks/aws/access-app';

/** Whole synthesis as `cdk synth` runs it: the folder of estates, the output folder and the estate are given. */
const [estates = '', outdir = '', name = 'large'] = process.argv.slice(2);
const { access } = planEstate(diskFolder(estates, name));
if (access === undefined) throw new Error('the estate has no access section');
const app = new App({ outdir, analyticsReporting: false, context: cdkJson.context });
addAccessStacks(app, name, access);
app.synth();
