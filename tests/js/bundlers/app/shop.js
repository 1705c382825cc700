import { listEarningRules } from "earnkit";

const loyalty = {
  baseUrl: "https://loyalty.example.com",
  token: () => sessionStorage.getItem("loyalty-token"),
};

export async function showRules(list) {
  const { earningRules } = await listEarningRules(loyalty);
  for (const { name } of earningRules) {
    const item = document.createElement("li");
    item.textContent = name;
    list.append(item);
  }
}
