import { findingMessage, type Told } from '../../estate/source/finding';

/** Text of an error beside its place in a change. */
export function messageOf(error: Told): string {
  return error.path === '' ? findingMessage(error) : `${error.path}: ${findingMessage(error)}`;
}
