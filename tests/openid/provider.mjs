// A real OpenID provider for the tests, on loopback; it ends when its standard input does, or after ten minutes.
// node provider.mjs LIBRARY '{"issuer": …, "client": {…}, "accounts": {login: claims}}'
const [, , library, told] = process.argv;
const { issuer, client, accounts } = JSON.parse(told);
const { default: Provider } = await import(library);

const provider = new Provider(issuer, {
  clients: [client],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["tid", "oid", "xms_edov"] },
  conformIdTokenClaims: false, // the claims stand in the ID token, as Entra ID puts them there
  cookies: { keys: ["a key of the tests"] },
  features: { rpInitiatedLogout: { enabled: true } },
  findAccount: (_, login) => accounts[login] && { accountId: login, claims: () => ({ sub: login, ...accounts[login] }) },
});
const server = provider.listen(Number(new URL(issuer).port), "127.0.0.1", () => console.log("ready"));
const end = () => { server.close(); process.exit(0); };
process.stdin.on("end", end).resume();
setTimeout(end, 600_000).unref();
