//! `POST /api/transaction`: the shop books a purchase. Read from the source of Open Loyalty 3.2.0.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::customer::{Role, Transaction, cents};
use super::purchase::{Delivery, Evaluation, Item, evaluate};
use super::rule::{Label, Rule, RuleKind};
use super::{Context, OpenLoyalty, answer, auth};
use crate::calendar;
use crate::http::{Request, Response};
use crate::ledger::{Booking, Server};

/// The event that a customer's first purchase fires, on top of what the purchase earns.
const FIRST_PURCHASE: &str = "oloy.transaction.customer_first_transaction";
/// Returns earn nothing: the evaluator does not run.
const RETURN: &str = "return";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Form {
    transaction_data: TransactionData,
    items: Vec<Line>,
    #[serde(default)]
    customer_data: CustomerData,
    pos: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TransactionData {
    document_number: String,
    document_type: Option<String>,
    purchase_date: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    sku: Sku,
    gross_value: f64,
    #[serde(default)]
    labels: Vec<Label>,
}

#[derive(Deserialize)]
struct Sku {
    code: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CustomerData {
    email: Option<String>,
    phone: Option<String>,
    loyalty_card_number: Option<String>,
}

impl From<Line> for Item {
    fn from(line: Line) -> Self {
        Self { sku: line.sku.code, gross_value: line.gross_value, labels: line.labels }
    }
}

impl OpenLoyalty {
    pub(super) fn book_purchase(&mut self, request: &Request, context: &mut Context<'_>) -> Result<Response, Response> {
        let admin = self.authenticate(request, context)?;
        if self.users[admin].role != Role::Admin {
            return Err(answer::framework(403));
        }
        let invalid = || answer::invalid_form(&["transactionData", "items", "customerData", "pos"]);
        let form = auth::body_fields(request)?.remove("transaction").ok_or_else(invalid)?;
        let form: Form = serde_json::from_value(form).map_err(|_| invalid())?;
        let purchased_at = calendar::parse_purchase_date(&form.transaction_data.purchase_date).ok_or_else(invalid)?;
        let transaction_id = context.ids.uuid();
        let answer = answer::ok(&Created { transaction_id: &transaction_id });
        let Some(user) = self.buyer(&form.customer_data) else {
            return Ok(answer);
        };
        let is_return = form.transaction_data.document_type.as_deref() == Some(RETURN);
        let items: Vec<Item> = form.items.into_iter().map(Item::from).collect();
        let delivery = Delivery { skus: &self.settings.excluded_delivery_skus };
        let value = |items: &mut dyn Iterator<Item = &Item>| items.map(|item| item.gross_value).sum::<f64>();
        let gross_value = value(&mut items.iter());
        let delivery_value = value(&mut items.iter().filter(|item| delivery.contains(&item.sku)));
        let evaluation = if is_return {
            Evaluation::default()
        } else {
            self.evaluate_purchase(user, &items, form.pos.as_deref(), purchased_at)
        };
        let Some(customer) = self.users[user].customer.as_mut() else {
            return Ok(answer);
        };
        let is_first = customer.transactions.is_empty() && !is_return;
        let sign = if is_return { -1.0 } else { 1.0 };
        customer.transactions.push(Transaction {
            at: purchased_at,
            document_number: form.transaction_data.document_number.clone(),
            gross_value: sign * gross_value,
            delivery_value: sign * delivery_value,
        });
        let customer_id = self.users[user].id.clone();
        let points = evaluation.total.max(0.0);
        if points > 0.0 {
            self.add_points(user, points, context.now);
        }
        let booking = Booking::Transaction {
            customer_id: customer_id.clone(),
            transaction_id,
            document_number: form.transaction_data.document_number,
            gross_value: cents(gross_value),
            points,
            comment: evaluation.comment,
            earning_rule_ids: evaluation.applied,
            reward_rule_ids: evaluation.rewards,
        };
        context.ledger.book(context.now, Server::OpenLoyalty, booking);
        if is_first && let Some((earning_rule_id, points)) = self.award_event(user, FIRST_PURCHASE, context.now) {
            let booking =
                Booking::Event { customer_id, event_name: FIRST_PURCHASE.to_owned(), earning_rule_id, points };
            context.ledger.book(context.now, Server::OpenLoyalty, booking);
        }
        Ok(answer)
    }

    /// What a purchase earns a user, by the rules that apply on the day of the purchase.
    pub(super) fn evaluate_purchase(
        &self,
        user: usize,
        items: &[Item],
        pos: Option<&str>,
        purchased_at: Timestamp,
    ) -> Evaluation {
        let Some(customer) = &self.users[user].customer else {
            return Evaluation::default();
        };
        if !self.settings.statuses_earning.contains(&customer.status) {
            return Evaluation::default();
        }
        let applies = |rule: &&Rule| rule.is_current(purchased_at) && rule.applies_to(customer, pos);
        let rules: Vec<&Rule> = self.rules.iter().filter(applies).collect();
        let delivery = Delivery { skus: &self.settings.excluded_delivery_skus };
        evaluate(&rules, items, delivery, |rule| match &rule.kind {
            RuleKind::InstantReward { reward_campaign_id: Some(id) } => {
                self.settings.available_reward_campaigns.contains(id)
            }
            _ => false,
        })
    }

    /// The customer whom the shop means: by card number, e-mail address or phone number.
    fn buyer(&self, data: &CustomerData) -> Option<usize> {
        let same = |given: &Option<String>, known: Option<&String>| given.is_some() && given.as_ref() == known;
        self.users.iter().position(|user| {
            user.customer.is_some()
                && (same(&data.loyalty_card_number, user.loyalty_card_number.as_ref())
                    || same(&data.email, Some(&user.username))
                    || same(&data.phone, user.phone.as_ref()))
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    transaction_id: &'a str,
}
