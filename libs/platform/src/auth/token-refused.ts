import { HttpRefusal } from '../http/refusal.js';

/** 401 for a token that is no good, with the challenge of RFC 6750. */
export const tokenRefused = (code: string, zh: string, en: string): HttpRefusal =>
  new HttpRefusal({
    status: 401,
    code,
    text: { zh, en },
    headers: { 'www-authenticate': `Bearer error="invalid_token", error_description="${code}"` },
  });
