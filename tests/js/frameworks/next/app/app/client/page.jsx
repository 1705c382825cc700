"use client";

import { listEarningRules } from "earnkit";
import { useEffect, useState } from "react";

export default function Rules() {
  const [names, setNames] = useState([]);
  useEffect(() => {
    const loyalty = {
      baseUrl: process.env.NEXT_PUBLIC_LOYALTY_URL,
      token: () => sessionStorage.getItem("loyalty-token"),
    };
    listEarningRules(loyalty).then(({ earningRules }) => setNames(earningRules.map(({ name }) => name)));
  }, []);
  return (
    <ul>
      {names.map((name) => (
        <li key={name}>{name}</li>
      ))}
    </ul>
  );
}
