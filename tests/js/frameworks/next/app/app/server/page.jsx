import { listEarningRules } from "earnkit";
import { cookies } from "next/headers";

export default async function Rules() {
  const session = await cookies();
  const loyalty = { baseUrl: process.env.LOYALTY_URL, token: session.get("loyalty-token")?.value };
  const { earningRules } = await listEarningRules(loyalty);
  return (
    <ul>
      {earningRules.map(({ earningRuleId, name }) => (
        <li key={earningRuleId}>{name}</li>
      ))}
    </ul>
  );
}
