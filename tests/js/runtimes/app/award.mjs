import { assignPoints } from "earnkit";

const koomalooma = { apiKey: process.env.KOOMALOOMA_JWT, baseUrl: process.env.KOOMALOOMA_URL };

const { loyaltyUnits } = await assignPoints(koomalooma, "customer-1042", {
  campaignId: "sandbox-campaign",
  transactionValue: "24.90",
  promotionGoalDescription: "Order 1042",
  promotionGoalCategory: "order",
});
console.log(`${loyaltyUnits} points`);
