import type { Area } from '../../clouds/facts/facts';
import { emergencyReaderName } from '../../estate/sections/emergency/emergency-plan';
import { type EstateLocation, entraAws } from '../steps/command';
import { countFailures } from '../steps/engine-output';
import type { Outcome } from './outcome';
import { runEngine } from './run-engine';
import type { DoctorLook } from './steps';

/**
 * The look that examines an area of the doctor. Each look has the credentials that its areas need: those of one directory, of
 * one account, or of both. An area without a look does not compile: nothing that the doctor knows is left for a person to ask.
 */
const LOOK_OF: Readonly<Record<Area, DoctorLook>> = {
  access: 'doctor-access',
  saml: 'doctor-workforce',
  scim: 'doctor-workforce',
  console: 'doctor-workforce',
  b2c: 'doctor-customers',
  hosting: 'doctor-hosting',
  emergency: 'doctor-emergency',
};

/**
 * Examines what a look is about. Engines compare with their state and templates: they see neither what somebody added beside
 * these, nor what CloudFormation failed to delete. A question that could not be asked is a failed look.
 */
export function examineBy(look: DoctorLook, location: EstateLocation): Outcome {
  // The CDK's lookup role, which is the default, would let the pipeline read all that the account has.
  const role = look === 'doctor-emergency' ? [`--account-role ${emergencyReaderName(location.estate)}`] : [];
  const only = Object.entries(LOOK_OF).flatMap(([area, one]) => (one === look ? [`--only ${area}`] : []));
  const run = runEngine(entraAws('doctor', location, [...only, ...role, '--strict'].join(' ')));
  const failures = countFailures(run);
  const hasFound = failures !== undefined && failures > 0;
  // A doctor that came to no end has examined nothing, whatever its exit code.
  const state = hasFound ? 'changed' : run.code === 0 && failures === 0 ? 'unchanged' : 'failed';
  const text = `${run.stdout}\n${run.stderr}`.trim();
  return { step: look, command: run.command, state, destroyed: [], text };
}
