import { execFileSync } from 'node:child_process';
import { describeWithPython, pythonEnvironment } from '../../support/python';

/** Eight first calls at once, on a store that takes its time to be made. */
const SCRIPT = `
import threading, time
from moto.identitystore import models
from moto_server import identity_store

identity_store.close_gaps()
make = models.IdentityStoreData.__init__

def make_slowly(self):
    make(self)
    time.sleep(0.05)

models.IdentityStoreData.__init__ = make_slowly
backend = models.IdentityStoreBackend("eu-west-1", "1")
calls = [threading.Thread(target=backend.create_group, args=("d-1234567890", f"group-{n}", "")) for n in range(8)]
for call in calls:
    call.start()
for call in calls:
    call.join()
print(len(backend.identity_stores["d-1234567890"].groups))
`;
import { REPOSITORY } from '../../support/repository';
import { join } from 'node:path';

describeWithPython("moto's Identity Store", () => {
  test('loses no group where the first calls come at once', () => {
    const environment = pythonEnvironment();
    if (!environment.ok) throw new Error(environment.reason);
    const printed = execFileSync(environment.python, ['-c', SCRIPT], {
      encoding: 'utf8',
      env: { PYTHONPATH: join(REPOSITORY, 'test/support') },
    });
    expect(printed.trim()).toBe('8');
  });
});
