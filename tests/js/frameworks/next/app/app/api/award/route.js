import { assignPoints } from "earnkit";

export async function POST(request) {
  const { orderId, customerId, total } = await request.json();
  const koomalooma = { apiKey: process.env.KOOMALOOMA_JWT, baseUrl: process.env.KOOMALOOMA_URL };
  const { loyaltyUnits } = await assignPoints(koomalooma, customerId, {
    campaignId: process.env.CAMPAIGN_ID,
    transactionValue: total,
    promotionGoalDescription: `Order ${orderId}`,
    promotionGoalCategory: "order",
  });
  return Response.json({ loyaltyUnits });
}
