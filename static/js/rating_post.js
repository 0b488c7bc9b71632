/* POST to the server. The CSRF token is read from the cookie at the moment of sending, so that a
   sign-in in another tab does not make this page's requests fail. */
const PATIENCE = 20000;

function token() {
  const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return found ? found[1] : (document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
}

/**
 * Send `fields`; resolves to {status, text, isSignedOut}, status 0 when nobody answered.
 * A redirect means that the session has ended: submissions are never answered by one.
 */
export async function post(url, fields) {
  const body = new URLSearchParams();
  Object.entries(fields).forEach(([name, value]) => body.append(name, value ?? ""));
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const headers = { "X-CSRFToken": token(), "X-Fragment": "1" };
    const answer = await fetch(url, { method: "POST", body, headers, signal: stop.signal });
    const isSignedOut = answer.redirected || answer.status === 401;
    return { status: answer.status, text: await answer.text(), isSignedOut };
  } catch (_error) {
    return { status: 0, text: "", isSignedOut: false };
  } finally {
    clearTimeout(clock);
  }
}

/** The [data-answer] of a fragment, or null when something else answered. */
export function parse(text) {
  const holder = document.createElement("template");
  holder.innerHTML = text;
  return holder.content.querySelector("[data-answer]");
}
