//! The ledger: everything the two servers booked, in order. It is how a test proves what really happened.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What was booked, and when.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Ledger {
    entries: Vec<LedgerEntry>,
}

/// One booking.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEntry {
    /// Counts from 1.
    pub sequence: u64,
    /// The time on the sandbox's clock.
    pub at: Timestamp,
    /// Which of the two servers booked it.
    pub server: Server,
    /// What happened.
    #[serde(flatten)]
    pub booking: Booking,
}

/// One of the two servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Server {
    /// Open Loyalty.
    OpenLoyalty,
    /// koomalooma.
    Koomalooma,
}

/// What was booked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Booking {
    /// Points for an event.
    Event {
        /// Who got them.
        customer_id: String,
        /// The event.
        event_name: String,
        /// The rule that paid.
        earning_rule_id: String,
        /// How many.
        points: f64,
    },
    /// A login or a refresh, with the points that it earned, if any.
    Login {
        /// Who logged in.
        customer_id: String,
        /// Whether it was a refresh.
        refresh: bool,
        /// The event, when a rule paid for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event_name: Option<String>,
        /// The rule that paid.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        earning_rule_id: Option<String>,
        /// How many points.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        points: Option<f64>,
    },
    /// A purchase, with what it earned.
    Transaction {
        /// Who bought.
        customer_id: String,
        /// A UUID.
        transaction_id: String,
        /// The shop's number.
        document_number: String,
        /// Everything paid.
        gross_value: f64,
        /// How many points were booked; 0 when there were none to book.
        points: f64,
        /// The names of the rules that touched a line.
        comment: String,
        /// Their ids.
        earning_rule_ids: Vec<String>,
        /// The rules whose instant reward was given.
        reward_rule_ids: Vec<String>,
    },
    /// A koomalooma user.
    User {
        /// The partner's id of the user.
        user_id: String,
        /// The partner.
        partner_id: String,
        /// The session.
        user_session_id: String,
    },
    /// A koomalooma commitment.
    Commitment {
        /// The user id of the request.
        user_id: String,
        /// The commitment.
        commitment_id: String,
        /// The campaign.
        campaign_id: String,
        /// The value as it was sent.
        transaction_value: String,
        /// The loyalty units booked.
        points: f64,
        /// `pending`, then `confirmed`; as of the moment when the ledger is read.
        confirmation_status: ConfirmationStatus,
    },
}

/// Whether koomalooma has confirmed a commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfirmationStatus {
    /// Not yet.
    Pending,
    /// It has.
    Confirmed,
}

impl Ledger {
    /// Books something.
    pub(crate) fn book(&mut self, at: Timestamp, server: Server, booking: Booking) {
        self.entries.push(LedgerEntry { sequence: self.entries.len() as u64 + 1, at, server, booking });
    }

    /// Everything booked, the oldest first.
    pub fn entries(&self) -> &[LedgerEntry] {
        &self.entries
    }

    pub(crate) fn entries_mut(&mut self) -> impl Iterator<Item = &mut LedgerEntry> {
        self.entries.iter_mut()
    }
}
