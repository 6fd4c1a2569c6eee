import { startDynalite } from '../../../support/dynalite';
import { policySuite } from './policy-suite';

describe('with dynalite', () => {
  policySuite(startDynalite);
});
