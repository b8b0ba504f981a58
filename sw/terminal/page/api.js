// api.js - the terminal's API. The token of this run comes in the address behind "#" and is kept for this tab only.

const KEPT = "cartouche-token";

function token() {
  if (location.hash.length > 1) {
    sessionStorage.setItem(KEPT, location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(KEPT) ?? "";
}

// The answer's JSON: {ok: true, ...} or {ok: false, refusal: {title, advice}}. Never throws.
export async function call(method, path, body) {
  try {
    const answer = await fetch(path, {
      method,
      headers: { "X-Cartouche-Token": token(), ...(body ? { "Content-Type": "application/json" } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
    return await answer.json();
  } catch {
    return { ok: false, refusal: { title: "The terminal is not there", advice: "Is `cartouche terminal` still running?" } };
  }
}
