//! Who can log in, who earns, and what they own.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Somebody who can log in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The id in the token; of a participant, the customer's id too.
    pub id: String,
    /// The e-mail address of a participant.
    pub username: String,
    /// Also good for logging in.
    pub phone: Option<String>,
    /// Also good for logging in.
    pub loyalty_card_number: Option<String>,
    /// In the clear: this is a sandbox.
    pub password: String,
    /// Whether the password has to be changed.
    pub temporary_password: bool,
    /// Inactive users can't log in, and their tokens are void.
    pub active: bool,
    /// What they may do.
    pub role: Role,
    /// The last login or refresh.
    pub last_login_at: Option<Timestamp>,
    /// `None` for users who take no part in the programme.
    pub customer: Option<Customer>,
}

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// A customer.
    #[serde(rename = "ROLE_PARTICIPANT")]
    Participant,
    /// Somebody of the shop.
    #[serde(rename = "ROLE_ADMIN")]
    Admin,
}

/// A customer of the programme.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// Shown in the status.
    pub first_name: String,
    /// Shown in the status.
    pub last_name: String,
    /// Whether the customer may earn depends on it and on the setting.
    pub status: String,
    /// The level.
    pub level_id: Option<String>,
    /// The segments.
    pub segments: Vec<String>,
    /// The point of sale where the customer belongs.
    pub pos_id: Option<String>,
    /// Points as they came in.
    pub transfers: Vec<Transfer>,
    /// What was bought.
    pub transactions: Vec<Transaction>,
}

/// Points that came in at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    /// When.
    pub at: Timestamp,
    /// How many.
    pub points: f64,
    /// How many of them were spent.
    pub used: f64,
    /// They can't be spent before.
    pub locked_until: Option<Timestamp>,
    /// They can't be spent after.
    pub expires_at: Option<Timestamp>,
}

/// A purchase.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// When.
    pub at: Timestamp,
    /// Its number.
    pub document_number: String,
    /// Everything paid.
    pub gross_value: f64,
    /// The part of it that was for delivery.
    pub delivery_value: f64,
}

/// What the points of a customer add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Balance {
    pub(crate) active: f64,
    pub(crate) earned: f64,
    pub(crate) used: f64,
    pub(crate) expired: f64,
    pub(crate) locked: f64,
}

impl Customer {
    pub(crate) fn balance(&self, now: Timestamp) -> Balance {
        let mut balance = Balance::default();
        for transfer in &self.transfers {
            let left = transfer.points - transfer.used;
            balance.earned += transfer.points;
            balance.used += transfer.used;
            *match transfer.state(now) {
                TransferState::Locked => &mut balance.locked,
                TransferState::Expired => &mut balance.expired,
                TransferState::Active => &mut balance.active,
            } += left;
        }
        let sums =
            [&mut balance.active, &mut balance.earned, &mut balance.used, &mut balance.expired, &mut balance.locked];
        for sum in sums {
            *sum = cents(*sum);
        }
        balance
    }
}

enum TransferState {
    Active,
    Locked,
    Expired,
}

impl Transfer {
    fn state(&self, now: Timestamp) -> TransferState {
        if self.locked_until.is_some_and(|until| now < until) {
            TransferState::Locked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            TransferState::Expired
        } else {
            TransferState::Active
        }
    }

    /// The points that expire within this span from now, and when.
    pub(crate) fn expiring(&self, now: Timestamp, within: SignedDuration) -> Option<(Timestamp, f64)> {
        let end = self.expires_at?;
        let left = self.points - self.used;
        let soon = now < end && now.duration_until(end) <= within;
        (soon && left > 0.0).then_some((end, left))
    }
}

/// Rounds to two decimals, as sums of money and points are shown.
pub(crate) fn cents(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
