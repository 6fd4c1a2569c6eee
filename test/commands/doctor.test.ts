import { runDoctor } from '../doctor/run-doctor';

test.each([
  [['--only', 'everything'], "--only: 'everything' is no area; areas: access, saml, scim, b2c, hosting, console"],
  [['--against', 'local'], '--against local:\n  AWS_ENDPOINT_URL is missing: the address of moto\n'],
])('%j is refused before anything is asked', async (args, message) => {
  const { code, stdout, stderr } = await runDoctor(['--estate', 'sandbox', ...args], {});
  expect(stderr).toContain(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});
