// A certified OpenID provider with one client and anybody as an account: the name that is typed is the subject.
// Arguments: the client's redirect address, its secret. Prints its own address once it listens.
import http from 'node:http';
import Provider from 'oidc-provider';

const [redirect, secret] = process.argv.slice(2);
const server = http.createServer((request, response) => answer(request, response));
let answer = (request, response) => response.end();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'provost', client_secret: secret, redirect_uris: [redirect], response_types: ['code'],
      grant_types: ['authorization_code'],
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    findAccount: (context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id, email: `${id.split('-')[0]}@acme.example`, email_verified: !id.endsWith('unverified'),
      }),
    }),
  });
  answer = provider.callback();
  console.log(issuer);
});
process.stdin.on('end', () => process.exit(0)).resume();
