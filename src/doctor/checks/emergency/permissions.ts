import type { Check } from '../../check';
import { examineTrust } from '../trust/examine-trust';
import { entraOf, examineEmergencyApplication } from './emergency-of';

/** Nothing was added to the application for emergencies: it signs people in, and does nothing by itself. */
export const emergencyPermissions: Check = {
  id: 'emergency-permissions',
  area: 'emergency',
  title: 'The application for emergencies has no credential, permission or consent of its own',
  run: (input) =>
    examineEmergencyApplication(entraOf(input), (_, { declared: { displayName }, facts: { trust } }) =>
      examineTrust(trust, { name: displayName }),
    ),
};
