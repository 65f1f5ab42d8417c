// Sign-in by OpenID Connect with PKCE. oidc-client-ts does all of it; nothing here looks into a token.
import { User, UserManager, WebStorageStateStore } from "oidc-client-ts";

interface Config { authority: string; client: string; sign_in: string; scope: string; kind: "pool" | "issuer" }

let config: Config;
let manager: UserManager;
let user: User | null = null;

/** Signs in, and comes back to the page that was asked for. Resolves to false while the browser is on its way. */
export async function signedIn(): Promise<boolean> {
  config = await (await fetch("/config.json")).json() as Config;
  const here = `${location.origin}/`;
  // The pool's discovery does not stand at the address where people sign in, so its endpoints are named.
  const metadata = config.kind === "pool" ? {
    issuer: config.authority,
    authorization_endpoint: `${config.sign_in}/oauth2/authorize`,
    token_endpoint: `${config.sign_in}/oauth2/token`,
    jwks_uri: `${config.authority}/.well-known/jwks.json`,
  } : undefined;
  manager = new UserManager({
    authority: config.authority, metadata, client_id: config.client, redirect_uri: here,
    scope: `openid profile ${config.scope}`, response_type: "code", automaticSilentRenew: false,
    userStore: new WebStorageStateStore({ store: sessionStorage }),
  });
  if (new URLSearchParams(location.search).has("code")) {
    user = await manager.signinCallback() ?? null;
    history.replaceState(null, "", `/${typeof user?.state === "string" ? user.state : ""}`);
  }
  user ??= await manager.getUser();
  if (user && !user.expired) return true;
  await signIn();
  return false;
}

export async function signIn(): Promise<void> {
  await manager.signinRedirect({ state: location.hash });
}

export async function signOut(): Promise<void> {
  await manager.removeUser();
  if (config.kind === "pool") {
    const back = encodeURIComponent(`${location.origin}/`);
    location.assign(`${config.sign_in}/logout?client_id=${config.client}&logout_uri=${back}`);
  } else {
    await manager.signoutRedirect().catch(() => location.assign("/"));
  }
}

export const token = (): string => user?.access_token ?? "";
