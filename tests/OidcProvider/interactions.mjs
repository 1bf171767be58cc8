import { find } from "./people.mjs";

/** The provider's own sign-in page: a form, an error, and a way out. */
export async function interact(provider, request, response) {
  await provider.interactionDetails(request, response);
  if (request.method !== "POST") return page(response, "");

  const form = new URLSearchParams(await read(request));
  if (form.has("cancel")) {
    return provider.interactionFinished(request, response, { error: "access_denied", error_description: "cancelled" });
  }
  const id = find(form.get("user"), form.get("password"));
  return id ? provider.interactionFinished(request, response, { login: { accountId: id } }) : page(response, "<p role=\"alert\">Wrong name or password.</p>");
}

async function read(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return text;
}

function page(response, note) {
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Example Company</title><main><h1>Example Company</h1>${note}
    <form method="post"><p><label>Name <input name="user" autocomplete="username"></label></p>
    <p><label>Password <input name="password" type="password" autocomplete="current-password"></label></p>
    <p><button>Continue</button> <button name="cancel" value="1">Cancel</button></p></form></main></html>`);
}
