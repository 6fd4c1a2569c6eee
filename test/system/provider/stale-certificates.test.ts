import { Holders } from '../../../provider/rpc/operations';
import type { Properties } from '../../../provider/values';
import { FakeGraph } from '../../support/fake-graph';
import type { ServicePrincipal } from '../../support/fake-graph-service-principals';
import { fixDay } from '../../support/fixed-day';
import { GraphStack } from '../../support/graph-stack';

fixDay('2026-11-25');

const declared: Properties = { servicePrincipalId: 'sp-1', displayName: 'CN=AWS', endDateTime: '2028-06-01T00:00:00Z' };

let graph: FakeGraph;
let principal: ServicePrincipal;

beforeEach(async () => {
  graph = await new FakeGraph().start();
  principal = graph.servicePrincipals.add('sp-1');
});

afterEach(() => graph.stop());

const ends = () =>
  principal.body.keyCredentials.filter(({ usage }) => usage === 'Verify').map(({ endDateTime }) => endDateTime);
const active = () => principal.body['preferredTokenSigningKeyThumbprint'];

describe('a certificate that goes while another one signs', () => {
  /** Both are of one program: the first signed, now the second does, and the first is in the program no more. */
  const rotate = async (): Promise<GraphStack> => {
    const program = new Holders();
    const [first, second] = [0, 1].map(() => new GraphStack(graph, 'SamlSigningCertificate', program)) as [
      GraphStack,
      GraphStack,
    ];
    await first.up(declared);
    const next = { ...declared, endDateTime: '2029-01-01T00:00:00Z' };
    await second.up({ ...next, active: false });
    await second.up(next);
    expect(active()).toBe(second.stored?.state['thumbprint']);
    graph.take();
    return first;
  };
  const kept = () => [active(), principal.body['preferredSingleSignOnMode'], ends().includes('2029-01-01T00:00:00Z')];

  test.each(([1, 2, 3] as const).flatMap((writes) => [0, 1, 2, 3, 4, 5].map((at) => [writes, at] as const)))(
    'takes nothing else along where a replica lags by %i writes in the reads from %i on',
    async (writes, at) => {
      const first = await rotate();
      const before = kept();
      graph.fault = ({ method }, index) =>
        method === 'GET' && index >= at && index < at + 2 ? `stale ${writes}` : undefined;
      await first.destroy();
      expect(kept()).toEqual(before);
      expect(ends()).toEqual(['2029-01-01T00:00:00Z']);
    },
  );

  test.each([1, 2, 3] as const)(
    'stays where a replica lags by %i writes for long, and nothing is written',
    async (writes) => {
      const first = await rotate();
      const before = kept();
      graph.fault = ({ method }) => (method === 'GET' ? `stale ${writes}` : undefined);
      await expect(first.destroy()).rejects.toThrow('which the state has, so nothing was changed');
      expect(graph.take().filter((line) => !line.startsWith('GET'))).toEqual([]);
      expect([kept(), ends()]).toEqual([before, ['2028-06-01T00:00:00Z', '2029-01-01T00:00:00Z']]);
    },
  );
});
