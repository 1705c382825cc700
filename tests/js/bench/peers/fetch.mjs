// No time limit, no check, no retry: as little as one can write.
export function connect({ baseUrl, token, fetch = globalThis.fetch }) {
  const send = async (method, path) => {
    const response = await fetch(`${baseUrl}/api/DEFAULT/customer/earningRule${path}`, {
      method,
      headers: { accept: "application/json", authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return JSON.parse(await response.text());
  };
  return {
    listEarningRules: () => send("GET", ""),
    triggerEvent: (eventName) => send("POST", `/${encodeURIComponent(eventName)}`),
  };
}
