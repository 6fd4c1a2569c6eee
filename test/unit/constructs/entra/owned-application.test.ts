import { ownershipFault } from '../../../../constructs/entra/saml-application';

const IDS = { application: 'app-object', principal: 'sp-object', deployer: 'deployer-object' };

test('an application that no one owns is a fault with both commands, whoever else owns it is none', () => {
  expect(ownershipFault('AWS', ['somebody'], IDS)).toBeUndefined();
  const fault = ownershipFault('AWS', [], IDS);
  expect(fault).toContain("'AWS' has no owner");
  expect(fault).toContain('--id app-object --owner-object-id deployer-object');
  expect(fault).toContain('/servicePrincipals/sp-object/owners/$ref');
});
