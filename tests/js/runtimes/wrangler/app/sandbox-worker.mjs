import { login, triggerEvent } from "earnkit";
import { createSandbox } from "earnkit/sandbox";

export default {
  async fetch() {
    const { baseUrl, fetch } = createSandbox();
    const { token } = await login({ baseUrl, fetch }, { username: "anna@example.com", password: "password" });
    return Response.json(await triggerEvent({ baseUrl, fetch, token }, "photo.shared"));
  },
};
