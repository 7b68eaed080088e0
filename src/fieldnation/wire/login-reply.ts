import { z } from 'zod';
import { wireNumber } from './scalars.ts';

/** `POST /authentication/api/oauth/token`. The refresh token is good for nothing: the platform does not accept it. */
export const loginReply = z.object({
  access_token: z.string().min(1),
  expires_in: wireNumber.pipe(z.number().positive()).optional().catch(undefined),
  refresh_token: z.string().optional().catch(undefined),
});
