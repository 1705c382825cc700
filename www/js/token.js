/** The customer's id in an Open Loyalty token. Reads it only: whether the token is good is the server's to say. */
export function customerIdOf(token) {
  const [, payload = ""] = token.split(".");
  const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)).id;
}
