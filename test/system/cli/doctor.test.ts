import { runDoctor } from '../doctor/run-doctor';

test.each([
  [
    ['--only', 'everything'],
    "--only must be an area (access, saml, scim, b2c, hosting, console, emergency) or the id of a check (npx --no entra-aws docs doctor), got 'everything'",
  ],
  [['--wait', '3600'], 'It must be a whole number from 0 to 600.'],
  [['--quick', '--only', 'scim'], "--quick is for the area 'access', which --only leaves out"],
  [['--quick', '--only', 'access', 'access-snapshot'], "'access-snapshot' takes a run without --quick"],
  [['--against', 'local'], '--against local:\n  AWS_ENDPOINT_URL is missing: the address of moto\n'],
])('%j is refused before anything is asked', async (args, message) => {
  const { code, stdout, stderr } = await runDoctor(['--estate', 'sandbox', ...args], {});
  expect(stderr).toContain(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

test('a report that can not be written is refused before anything is asked', async () => {
  const { code, stdout, stderr } = await runDoctor(['--estate', 'sandbox', '--junit', '/proc/x/junit.xml'], {});
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: "the folder /proc/x can't be created (ENOENT)\n",
  });
});
