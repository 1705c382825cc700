import { login, triggerEvent } from "earnkit";
import { createSandbox } from "earnkit/sandbox";
import { expect, test } from "vitest";

test("a like earns 100 points, twice a day", async () => {
  const { baseUrl, fetch } = createSandbox();
  const { token } = await login({ baseUrl, fetch }, { username: "anna@example.com", password: "password" });
  const loyalty = { baseUrl, fetch, token };

  expect(await triggerEvent(loyalty, "facebook_like")).toEqual({ points: 100 });
  await triggerEvent(loyalty, "facebook_like");
  await expect(triggerEvent(loyalty, "facebook_like")).rejects.toMatchObject({ code: "limit_exceeded" });
});
