/** The customer in an Open Loyalty token. Reads it only: whether the token is good is the server's to say. */
export function customerOf(token) {
  const [, payload = ""] = token.split(".");
  const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  const { id, username } = JSON.parse(new TextDecoder().decode(bytes));
  return { id, email: username };
}
