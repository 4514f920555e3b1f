// An OpenID provider by oidc-provider: `node provider.js ASKED` (JSON); it prints its port.
// Its pages lie under a path, as those of a realm of Keycloak do.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const asked = JSON.parse(process.argv[2]);
const server = createServer((request, response) => {
  // What mounts an application under a path takes that path away like this.
  request.originalUrl = request.url;
  if (!request.url.startsWith(asked.path)) return response.writeHead(404).end();
  request.url = request.url.slice(asked.path.length) || "/";
  return answer(request, response);
});
let answer;

function key(more, kind, options) {
  const { privateKey } = generateKeyPairSync(kind, options);
  return { ...privateKey.export({ format: "jwk" }), ...more };
}

// One for each way to sign that Notify can be set to.
const keys = [
  key({ kid: "one", use: "sig", alg: "RS256" }, "rsa", { modulusLength: 2048 }),
  key({ kid: "two", use: "sig", alg: "ES256" }, "ec", { namedCurve: "P-256" }),
];

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}${asked.path}`, {
    ...asked.configuration,
    // Whoever logs in is one of these, by any password.
    findAccount: (_context, id) => asked.people[id] && {
      accountId: id,
      claims: () => ({ sub: id, ...asked.people[id] }),
    },
    jwks: { keys },
    pkce: { required: () => true },
    cookies: { keys: ["only for tests"] },
  });
  answer = provider.callback();
  console.log(port);
});
