/** Rate limits that are never reached: for tests and measurements with a thousand callers at one address. */
export const wideLimits = {
  GATEWAY_REQUESTS_PER_MINUTE: '10000000',
  GATEWAY_WRITES_PER_MINUTE: '10000000',
  GATEWAY_UPLOADS_PER_MINUTE: '10000000',
  GATEWAY_SIGN_INS_PER_MINUTE: '10000000',
  GATEWAY_ADDRESS_REQUESTS_PER_MINUTE: '10000000',
  GATEWAY_CONNECTIONS_PER_ADDRESS: '100000',
};
