const { assignPoints } = require("earnkit");

async function award(order) {
  const koomalooma = { apiKey: process.env.KOOMALOOMA_JWT, baseUrl: process.env.KOOMALOOMA_URL };
  const { loyaltyUnits } = await assignPoints(koomalooma, order.customerId, {
    campaignId: "sandbox-campaign",
    transactionValue: order.total,
    promotionGoalDescription: `Order ${order.id}`,
    promotionGoalCategory: "order",
  });
  console.log(`${loyaltyUnits} points`);
}

award({ id: "1042", customerId: "customer-1042", total: "24.90" });
