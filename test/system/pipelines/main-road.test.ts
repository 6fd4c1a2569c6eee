import { testMainRoad } from '../../support/runners/main-road';
import { describePipeline } from '../../support/runners/suite';

describePipeline('github', 'the pipeline of GitHub, run by act', () => {
  testMainRoad('github');
});
describePipeline('azure-devops', 'the pipeline of Azure DevOps, evaluated', () => {
  testMainRoad('azure-devops');
});
