//! What koomalooma's calls take and give, as Rust types.

use serde::{Deserialize, Serialize};

/// A koomalooma server, and the partner's secret.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_debug_implementations, reason = "it holds a secret")]
pub struct Koomalooma {
    /// The JWT that koomalooma assigned to the partner. It spends money.
    pub api_key: String,
    /// `https://api.koomalooma.com/api` if `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
}

/// Who to enrol. Each of 1 to 255 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewUser {
    /// The partner's id: the value of `data-partner-id`.
    pub partner_id: String,
    /// The customer's id at the partner; always the same for the same customer.
    pub partner_user_id: String,
    /// The current session: the value of `%%sessionId%%` in koomalooma's script.
    pub user_session_id: String,
}

/// An enrolled user, as the server states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// See [`NewUser::partner_id`].
    pub partner_id: Option<String>,
    /// See [`NewUser::partner_user_id`].
    pub partner_user_id: String,
    /// See [`NewUser::user_session_id`].
    pub user_session_id: Option<String>,
}

/// What to award points for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewCommitment {
    /// The campaign, 1 to 255 characters.
    pub campaign_id: String,
    /// A decimal such as `24.90`: up to 15 digits, and up to 4 behind the point.
    pub transaction_value: String,
    /// 1 to 1000 characters.
    pub promotion_goal_description: String,
    /// 1 to 255 characters.
    pub promotion_goal_category: String,
}

/// Points assigned to a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Commitment {
    /// Its id.
    pub id: String,
    /// The user's id.
    pub user_id: Option<String>,
    /// The partner's id.
    pub partner_id: Option<String>,
    /// Points assigned.
    pub loyalty_units: Option<i64>,
    /// Of them, free ones.
    pub free_loyalty_units: Option<i64>,
    /// Of them, those that can be redeemed.
    pub redeemable_loyalty_units: Option<i64>,
    /// Of them, those that were redeemed.
    pub redeemed_loyalty_units: Option<i64>,
    /// A decimal.
    pub loyalty_accumulation_value: Option<String>,
    /// What they can be redeemed for.
    pub goal: Option<Goal>,
    /// Whether they were redeemed.
    pub redeemed: Option<bool>,
    /// `pending` or `confirmed`.
    pub confirmation_status: Option<String>,
    /// As given.
    pub promotion_goal_description: Option<String>,
    /// As given.
    pub promotion_goal_category: Option<String>,
    /// RFC 3339.
    pub created_at: Option<String>,
    /// RFC 3339.
    pub updated_at: Option<String>,
}

/// A commitment's goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// Its type.
    pub r#type: Option<String>,
    /// Its value.
    pub value: Option<String>,
}
