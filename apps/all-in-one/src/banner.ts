import { demoAccounts, demoPassword, demoSecretOf } from '@ciep/identity';

/** What a person reads after `npm start`. */
export function banner(url: string): string {
  const tour = url === 'http://localhost:3000' ? 'npm run tour' : `CIEP_URL=${url} npm run tour`;
  const width = Math.max(...demoAccounts.map(({ login }) => login.length));
  return [
    '',
    '  CIEP is running.',
    '',
    `  API reference     ${url}/docs`,
    `  OpenAPI           ${url}/openapi.json`,
    `  AsyncAPI          ${url}/asyncapi.json`,
    `  Mails sent        ${url}/v1/notification/development/mails`,
    '',
    `  Demo accounts (password of all: ${demoPassword})`,
    ...demoAccounts.map(({ login, roles }) => `    ${login.padEnd(width)}  ${roles.join(', ')}`),
    `  Demo portal of a region: client portal-210000, secret ${demoSecretOf('portal-210000')} (the same pattern for each region)`,
    '',
    `  Play the story of a booth in a second terminal:  ${tour}`,
    '  Stop:  Ctrl-C',
    '',
  ].join('\n');
}
