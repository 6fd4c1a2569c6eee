import { userRoleOf } from '../../../../constructs/entra/saml-application';

const role = (displayName: string, enabled = true) => ({ id: `id of ${displayName}`, displayName, enabled });

test('finds the role for users by its display name', () => {
  expect(userRoleOf([role('msiam_access'), role('User')])).toBe('id of User');
});

test.each([[[role('msiam_access')]], [[role('msiam_access'), role('User', false)]]])(
  'fails with the roles that there are if none is for users',
  (roles) => {
    expect(() => userRoleOf(roles)).toThrow(
      "the AWS application has no enabled role 'User' to assign groups to; its roles: 'msiam_access'",
    );
  },
);
