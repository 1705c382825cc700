"use client";

import * as earnkit from "earnkit";
import { useEffect } from "react";

import { scenario } from "../../scenario.mjs";

export default function Scenario() {
  useEffect(() => {
    window.report = scenario(earnkit, process.env.NEXT_PUBLIC_LOYALTY_URL, { inPage: true });
  }, []);
  return <p>All calls</p>;
}
