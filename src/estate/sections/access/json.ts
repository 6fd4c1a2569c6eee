import { z } from 'zod';

export const Json = z
  .json({ error: 'is not valid JSON: a number is infinite or not a number' })
  .meta({ id: 'Json', description: 'Any JSON value.' });
