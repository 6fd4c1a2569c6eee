import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describeWithPython, pythonEnvironment } from '../../support/python';
import { REPOSITORY } from '../../support/repository';

/** Eight first calls at once, on a store that takes its time to be made. */
const FIRST_CALLS = `
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

/** Ada and Grace in two groups each; then Ada and the first group are deleted. */
const DELETIONS = `
from moto.identitystore import models
from moto_server import identity_store

identity_store.close_gaps()
backend, store = models.IdentityStoreBackend("eu-west-1", "1"), "d-1234567890"
people = [backend.create_user(store, name, {"FamilyName": name, "GivenName": name}, name, *[None] * 10)[0] for name in ("ada", "grace")]
groups = [backend.create_group(store, name, "")[0] for name in ("first", "second")]
for user in people:
    for group in groups:
        backend.create_group_membership(store, group, {"UserId": user})
backend.delete_user(identity_store_id=store, user_id=people[0])
backend.delete_group(identity_store_id=store, group_id=groups[0])
left = backend.identity_stores[store].group_memberships.values()
print([(one["GroupId"] == groups[1], one["MemberId"]["UserId"] == people[1]) for one in left])
`;

function printed(script: string): string {
  const environment = pythonEnvironment();
  if (!environment.ok) throw new Error(environment.reason);
  const env = { PYTHONPATH: join(REPOSITORY, 'test/support') };
  return execFileSync(environment.python, ['-c', script], { encoding: 'utf8', env }).trim();
}

describeWithPython("moto's Identity Store", () => {
  test('loses no group where the first calls come at once', () => {
    expect(printed(FIRST_CALLS)).toBe('8');
  });

  test('ends the memberships of who is deleted, and of a deleted group', () => {
    expect(printed(DELETIONS)).toBe('[(True, True)]');
  });
});
