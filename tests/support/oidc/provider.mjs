// An OpenID Connect issuer at a port of its own, which it says ("ready PORT"). It gives tokens by client credentials, and by codes to a portal whose people
// it believes to be who they say, with a verified address unless their name begins with "unverified":
//   node provider.mjs FOLDER_OF_ITS_PACKAGES [ADDRESS_THAT_PEOPLE_COME_BACK_TO]
// Each line of standard input changes its keys, and is answered by a line once it holds:
//   add   signs with a new key from now on, and still publishes the older ones
//   drop  publishes the newest key alone
import http from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import readline from 'node:readline'
import { pathToFileURL } from 'node:url'

const [folder, back = 'http://127.0.0.1:8000/login/oidc/back'] = process.argv.slice(2)
const require = createRequire(path.resolve(folder, 'package.json'))
const load = (name) => import(pathToFileURL(require.resolve(name)))
const [{ Provider }, jose] = [await load('oidc-provider'), await load('jose')]

const keys = []
let made = 0
let current
let issuer

async function addKey() {
  const { privateKey } = await jose.generateKeyPair('ES256', { extractable: true })
  keys.unshift({ ...(await jose.exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: `key-${++made}` })
}

function serve() {
  current = new Provider(issuer, {
    jwks: { keys: keys.map((key) => ({ ...key })) },
    clients: [
      {
        client_id: 'dora',
        client_secret: 'of-this-test-alone',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: 'ES256',
      },
      {
        client_id: 'portal',
        client_secret: 'of-these/tests alone',
        grant_types: ['authorization_code'],
        redirect_uris: [back],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: !id.startsWith('unverified') }),
    }),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx, client) => (client.clientId === 'dora' ? 'urn:fettle' : undefined),
        getResourceServerInfo: () => ({
          accessTokenFormat: 'jwt',
          audience: 'fettle',
          jwt: { sign: { alg: 'ES256' } },
          scope: '',
        }),
      },
    },
    extraTokenClaims: () => ({ roles: [{ role: 'dispatcher', site: 'demo' }] }),
  }).callback()
}

await addKey()
// the system gives the port: one that was looked for before may be another's by now
const server = http.createServer((request, answer) => current(request, answer))
await new Promise((done) => server.listen(0, '127.0.0.1', done))
issuer = `http://127.0.0.1:${server.address().port}`
serve()
console.log(`ready ${server.address().port}`)
for await (const line of readline.createInterface({ input: process.stdin })) {
  if (line === 'add') await addKey()
  if (line === 'drop') keys.length = 1
  serve()
  console.log(line)
}
