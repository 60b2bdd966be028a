import { HttpRefusal } from '../http/refusal.js';

/** 401 for an unusable token, with the challenge of RFC 6750. */
export const tokenRefused = (code: string, zh: string, en: string): HttpRefusal =>
  new HttpRefusal({
    status: 401,
    code,
    text: { zh, en },
    headers: { 'www-authenticate': `Bearer error="invalid_token", error_description="${code}"` },
  });

/** 401 for a token that is malformed, or not ours. */
export const tokenInvalid = (): HttpRefusal => tokenRefused('token.invalid', '访问令牌无效。', 'The access token is not valid.');
