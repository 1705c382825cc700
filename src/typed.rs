//! The calls for Rust code: typed arguments in, typed results out, over the same road as
//! [`Client::call`].

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::client::Client;
use crate::error::{Code, Error, Operation, Outcome};
use crate::http::Transport;
use crate::koomalooma::types::{Commitment, Koomalooma, NewCommitment, NewUser, User};
use crate::open_loyalty::types::{CustomerStatus, EarningRules, OpenLoyalty, OpenLoyaltyServer, Points, Tokens};

/// Options of a call, as JavaScript's `CallOptions` has them. `None`: the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallOptions {
    /// An attempt's time, body included, in milliseconds: 10,000 for reads, 15,000 for awards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<f64>,
    /// The call's time, waiting included, in milliseconds: 30,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_timeout_ms: Option<f64>,
    /// How often a read is tried again: 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<u32>,
    /// The largest body to read, in bytes: 8 MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_response_bytes: Option<f64>,
}

impl<T: Transport> Client<T> {
    async fn typed<R: DeserializeOwned>(&self, operation: Operation, arguments: Value) -> Result<R, Error> {
        let json = self.call(operation, arguments.to_string().as_bytes()).await?;
        serde_json::from_str(&json).map_err(|_| Error::new(operation, Code::Internal, Outcome::Applied))
    }

    fn partners(&self, koomalooma: &Koomalooma, options: CallOptions) -> Value {
        json!({ "koomalooma": koomalooma, "browser": self.transport().is_browser(), "options": options })
    }

    /// Enrols a customer with koomalooma. Without `user`, no body is sent.
    ///
    /// # Errors
    /// See [`Code`] and [`Outcome`]; the same goes for the calls below.
    pub async fn create_user(
        &self,
        koomalooma: &Koomalooma,
        user: Option<&NewUser>,
        options: CallOptions,
    ) -> Result<User, Error> {
        let mut arguments = self.partners(koomalooma, options);
        if let (Some(user), Some(arguments)) = (user, arguments.as_object_mut()) {
            arguments.insert("user".to_owned(), json!(user));
        }
        self.typed(Operation::CreateUser, arguments).await
    }

    /// Assigns points to a koomalooma user.
    pub async fn assign_points(
        &self,
        koomalooma: &Koomalooma,
        user_id: &str,
        commitment: &NewCommitment,
        options: CallOptions,
    ) -> Result<Commitment, Error> {
        let mut arguments = self.partners(koomalooma, options);
        if let Some(arguments) = arguments.as_object_mut() {
            arguments.insert("userId".to_owned(), json!(user_id));
            arguments.insert("commitment".to_owned(), json!(commitment));
        }
        self.typed(Operation::AssignPoints, arguments).await
    }

    /// Lists the rules in force.
    pub async fn list_earning_rules(
        &self,
        open_loyalty: &OpenLoyalty,
        options: CallOptions,
    ) -> Result<EarningRules, Error> {
        self.typed(Operation::ListEarningRules, customers(open_loyalty, options)).await
    }

    /// Reports an event, which books points.
    pub async fn trigger_event(
        &self,
        open_loyalty: &OpenLoyalty,
        event_name: &str,
        options: CallOptions,
    ) -> Result<Points, Error> {
        let mut arguments = customers(open_loyalty, options);
        if let Some(arguments) = arguments.as_object_mut() {
            arguments.insert("eventName".to_owned(), json!(event_name));
        }
        self.typed(Operation::TriggerEvent, arguments).await
    }

    /// Reads the customer's balance and level.
    pub async fn get_customer_status(
        &self,
        open_loyalty: &OpenLoyalty,
        options: CallOptions,
    ) -> Result<CustomerStatus, Error> {
        self.typed(Operation::GetCustomerStatus, customers(open_loyalty, options)).await
    }

    /// Signs a customer in.
    pub async fn login(
        &self,
        server: &OpenLoyaltyServer,
        username: &str,
        password: &str,
        options: CallOptions,
    ) -> Result<Tokens, Error> {
        let credentials = json!({ "username": username, "password": password });
        let arguments = json!({ "openLoyaltyServer": server, "credentials": credentials, "options": options });
        self.typed(Operation::Login, arguments).await
    }

    /// Trades a refresh token for fresh tokens. The server counts it as a login.
    pub async fn refresh_tokens(
        &self,
        server: &OpenLoyaltyServer,
        refresh_token: &str,
        options: CallOptions,
    ) -> Result<Tokens, Error> {
        let arguments = json!({ "openLoyaltyServer": server, "refreshToken": refresh_token, "options": options });
        self.typed(Operation::RefreshTokens, arguments).await
    }
}

fn customers(open_loyalty: &OpenLoyalty, options: CallOptions) -> Value {
    json!({ "openLoyalty": open_loyalty, "asks": open_loyalty.token.is_none(), "options": options })
}
