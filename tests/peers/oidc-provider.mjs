// A certified OpenID Connect provider that nobody here wrote (panva oidc-provider), set up as a university might:
// a public native client, PKCE, rotating refresh tokens, and JWT access tokens for the directory (RFC 8707, RFC 9068).
//
//   node oidc-provider.mjs --people FILE [--known-as PORT] [--audience URI] [--access-seconds N]
//
// FILE is a list of {"login", "name", "roles"?, "unit"?}. PORT is the one in its name, where something stands before it.
// Prints one line of JSON when ready, and each grant to standard error. Ends when standard input ends.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { Provider } from 'oidc-provider';

const { values: options } = parseArgs({
  options: {
    people: { type: 'string' },
    'known-as': { type: 'string' },
    audience: { type: 'string', default: 'urn:secondary-accounts:directory' },
    'access-seconds': { type: 'string', default: '300' },
  },
});

const people = new Map(JSON.parse(readFileSync(options.people, 'utf8')).map((person) => [person.login, person]));
const claimsOf = ({ login, name, roles = [], unit }) => ({
  sub: login,
  preferred_username: login,
  name,
  secondary_accounts_roles: roles,
  ...(unit && { secondary_accounts_unit: unit }),
});

const client = {
  client_id: 'secondary-accounts-desktop',
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  response_types: ['code'],
  // Without a port: for a native client any loopback port then matches (RFC 8252 section 7.3).
  redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback', 'http://[::1]/callback'],
};

const configuration = {
  clients: [client],
  scopes: ['openid', 'offline_access', 'profile'],
  claims: {
    openid: ['sub'],
    profile: ['name', 'preferred_username', 'secondary_accounts_roles', 'secondary_accounts_unit'],
  },
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => options.audience,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'accounts.read',
        audience: options.audience,
        accessTokenFormat: 'jwt',
        accessTokenTTL: Number(options['access-seconds']),
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  rotateRefreshToken: true,
  ttl: { AccessToken: Number(options['access-seconds']), AuthorizationCode: 60, RefreshToken: 3600, Session: 3600 },
  cookies: { keys: ['for tests on this computer only'] },
  findAccount: (_context, login) => {
    const person = people.get(login);
    return person && { accountId: login, claims: () => claimsOf(person) };
  },
};

// The issuer's name holds the port, so the port is taken before the provider exists.
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const issuer = `http://127.0.0.1:${options['known-as'] ?? port}`;
  const provider = new Provider(issuer, configuration);
  provider.on('server_error', (_context, error) => console.error(error));
  provider.on('grant.success', ({ oidc }) => console.error(`granted ${oidc.params.grant_type}`));
  server.on('request', provider.callback());
  console.log(JSON.stringify({ issuer, port, clientId: client.client_id, audience: options.audience, pid: process.pid }));
});

process.stdin.resume().on('end', () => process.exit(0));
