import { z } from 'zod';
import { matching, Name, once } from './rules';
import { inAnyCase } from './issue';

/** An address that a person reads mail at. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Addresses to which alarms are sent, each once. */
export const AlarmEmails = z
  .array(
    Name.meta(
      matching('alarm-email', EMAIL, { problem: 'is not a valid e-mail address', allowed: 'name@example.com' }),
    ),
  )
  .meta(once('duplicate-alarm-email', { keyOf: inAnyCase, allowed: 'each address once, in whatever case' }));
