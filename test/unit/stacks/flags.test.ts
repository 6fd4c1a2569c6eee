import { App } from 'aws-cdk-lib';
import { CURRENTLY_RECOMMENDED_FLAGS, FLAGS } from 'aws-cdk-lib/cx-api';
import { CDK_FLAGS } from '../../../stacks/aws/flags';
import { temporaryFolder } from '../../support/templates';

const outdir = temporaryFolder();

test('knows no flag that the CDK does not know', () => {
  expect(Object.keys(CDK_FLAGS).filter((flag) => !(flag in FLAGS))).toEqual([]);
});

test('is deaf to the flags of a foreign cdk.json', () => {
  const opposite = Object.fromEntries(
    Object.entries(CDK_FLAGS).map(([flag, value]) => [flag, typeof value === 'boolean' ? !value : 'something else']),
  );
  const app = new App({ outdir, context: { ...opposite, estate: 'sandbox' }, postCliContext: CDK_FLAGS });
  const seen = Object.fromEntries(
    Object.keys(CDK_FLAGS).map((flag) => [flag, app.node.tryGetContext(flag) as unknown]),
  );
  expect(seen).toEqual(CDK_FLAGS);
  expect(app.node.tryGetContext('estate')).toBe('sandbox');
});

test('says of every flag that the CDK recommends what this project has', () => {
  expect(Object.keys(CURRENTLY_RECOMMENDED_FLAGS).filter((flag) => !(flag in CDK_FLAGS))).toEqual([]);
});
