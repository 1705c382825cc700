// The least that a worker in between can do.
export default {
  fetch(request, env) {
    const headers = { authorization: request.headers.get("authorization") };
    return fetch(`${env.UPSTREAM}/api/DEFAULT/customer/earningRule`, { headers });
  },
};
