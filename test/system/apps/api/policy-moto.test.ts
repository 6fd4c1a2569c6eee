import { databaseClient } from '../../../support/dynalite';
import { startMoto } from '../../../support/moto';
import { describeWithPython } from '../../../support/python';
import { policySuite } from './policy-suite';

describeWithPython('with moto', () => {
  policySuite(async () => {
    const moto = await startMoto();
    return { endpoint: moto.endpoint, client: databaseClient(moto.endpoint), stop: moto.stop };
  });
});
