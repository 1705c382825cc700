//! The sandbox as a transport, and the typed calls over it.

use core::cell::{Cell, RefCell};
use core::future::Future;

use earnkit::koomalooma_types::{Koomalooma, NewCommitment};
use earnkit::open_loyalty_types::{OpenLoyalty, OpenLoyaltyServer, PathStyle, Tokens};
use earnkit::{
    Attempt, CallOptions, Client, Code, Cut, Error, Failure, Limits, Outcome, Request, Response, TokenFailure,
    TokenReason, Transport,
};
use earnkit_sandbox::{Booking, Delivery, Fault, Options, Sandbox};
use serde_json::Value;
use url::{Position, Url};

use super::{NOW_MS, block_on};

pub(crate) const BASE: &str = "https://sandbox.example";
pub(crate) const DAY_MS: f64 = 86_400_000.0;
pub(crate) const STYLES: [PathStyle; 2] = [PathStyle::Store, PathStyle::Legacy];

/// The sandbox behind a connection that does what its faults say.
pub(crate) struct Shop {
    pub(crate) sandbox: RefCell<Sandbox>,
    passed_ms: Cell<f64>,
    /// Logs in when it is asked for a token.
    username: Option<&'static str>,
}

impl Shop {
    pub(crate) fn new() -> Client<Self> {
        Self::of(None)
    }

    pub(crate) fn of(username: Option<&'static str>) -> Client<Self> {
        let sandbox = RefCell::new(Sandbox::new(Options::default(), milliseconds(NOW_MS)));
        Client::new(Self { sandbox, passed_ms: Cell::new(0.0), username })
    }

    pub(crate) fn advance_ms(&self, passed_ms: f64) {
        self.passed_ms.set(self.passed_ms.get() + passed_ms);
    }

    pub(crate) fn add_fault(&self, fault: Fault) {
        fault.check().expect("the fault makes sense");
        self.sandbox.borrow_mut().add_fault(fault);
    }

    pub(crate) fn bookings(&self) -> Vec<Booking> {
        self.sandbox.borrow().ledger().entries().iter().map(|entry| entry.booking.clone()).collect()
    }

    /// Everything but logins.
    pub(crate) fn awards(&self) -> usize {
        self.bookings().iter().filter(|booking| !matches!(booking, Booking::Login { .. })).count()
    }

    pub(crate) fn customer_id(&self, username: &str) -> String {
        let sandbox = self.sandbox.borrow();
        let user = sandbox.open_loyalty.users.iter().find(|user| user.username == username);
        user.expect("the user is in the seed").id.clone()
    }

    fn sent(&self, request: &Request) -> (earnkit_sandbox::Reply, usize) {
        let url = Url::parse(&request.url).expect("the client sends URLs");
        assert_eq!(url.origin(), Url::parse(BASE).expect("it is a URL").origin());
        let mut sent = earnkit_sandbox::Request::new(request.method.as_str(), &url[Position::BeforePath..]);
        for (name, value) in &request.headers {
            sent = sent.header(name, value);
        }
        sent.body = request.body.clone().unwrap_or_default().into_bytes();
        let reply = self.sandbox.borrow_mut().handle(&sent, milliseconds(self.unix_time_ms()));
        let length = reply.response.body.len();
        (reply, length)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "whole milliseconds of this century")]
pub(crate) fn milliseconds(time_ms: f64) -> i64 {
    time_ms as i64
}

impl Transport for Shop {
    async fn send(&self, request: &Request, limits: Limits) -> Result<Response, Failure> {
        let (reply, length) = self.sent(request);
        let (bytes, cut) = match reply.delivery {
            Delivery::Whole | Delivery::Streamed => (length, None),
            Delivery::Drop => return Err(Failure { cut: Cut::Network, dispatched: true, cause: None }),
            Delivery::StallHeaders => {
                self.advance_ms(limits.timeout_ms);
                return Err(Failure { cut: Cut::Timeout, dispatched: true, cause: None });
            }
            Delivery::StallBody { bytes } => (bytes, Some(Cut::Timeout)),
            Delivery::Truncate { bytes } => (bytes, Some(Cut::Network)),
        };
        let header = |name| reply.response.header_value(name).map(str::to_owned);
        let mut response = Response {
            status: reply.response.status,
            content_type: header("content-type"),
            retry_after: header("retry-after"),
            body: reply.response.body.clone(),
            cut,
        };
        response.body.truncate(bytes);
        #[expect(clippy::cast_precision_loss, reason = "bodies are small")]
        if response.body.len() as f64 > limits.max_response_bytes {
            response.cut = Some(Cut::TooLarge);
        }
        Ok(response)
    }

    async fn token(&self, _: TokenReason, _: f64) -> Result<Option<String>, TokenFailure> {
        let Some(username) = self.username else { return Ok(None) };
        // A token of the same second would be the same token.
        self.advance_ms(1_000.0);
        let body = serde_json::json!({ "_username": username, "_password": "password" });
        let login = earnkit_sandbox::Request::new("POST", "/api/DEFAULT/customer/login_check").json(&body);
        let reply = self.sandbox.borrow_mut().handle(&login, milliseconds(self.unix_time_ms()));
        let tokens: Value = serde_json::from_slice(&reply.response.body).map_err(|_| TokenFailure::Failed)?;
        Ok(tokens["token"].as_str().map(str::to_owned))
    }

    async fn sleep(&self, delay_ms: f64) -> Result<(), Cut> {
        self.advance_ms(delay_ms);
        Ok(())
    }

    fn now_ms(&self) -> f64 {
        self.passed_ms.get()
    }

    fn unix_time_ms(&self) -> f64 {
        NOW_MS + self.passed_ms.get()
    }

    fn random(&self) -> f64 {
        0.5
    }

    fn is_aborted(&self) -> bool {
        false
    }

    fn report(&self, _: Attempt) {}
}

pub(crate) fn server(path_style: PathStyle) -> OpenLoyaltyServer {
    OpenLoyaltyServer { base_url: BASE.to_owned(), store_code: None, path_style }
}

pub(crate) fn customer(path_style: PathStyle, token: Option<&str>) -> OpenLoyalty {
    OpenLoyalty { server: server(path_style), token: token.map(str::to_owned) }
}

pub(crate) fn koomalooma(api_key: &str) -> Koomalooma {
    Koomalooma { api_key: api_key.to_owned(), base_url: Some(format!("{BASE}/koomalooma/api")) }
}

pub(crate) fn commitment() -> NewCommitment {
    NewCommitment {
        campaign_id: "sandbox-campaign".to_owned(),
        transaction_value: "24.90".to_owned(),
        promotion_goal_description: "Zwei Becher".to_owned(),
        promotion_goal_category: "mugs".to_owned(),
    }
}

pub(crate) fn options() -> CallOptions {
    CallOptions::default()
}

#[track_caller]
pub(crate) fn works<T>(call: impl Future<Output = Result<T, Error>>) -> T {
    block_on(call).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
pub(crate) fn fails<T>(call: impl Future<Output = Result<T, Error>>, code: Code, outcome: Outcome) -> Error {
    let Err(error) = block_on(call) else { panic!("the call works") };
    assert_eq!((error.code(), error.outcome()), (code, outcome), "{error}");
    error
}

#[track_caller]
pub(crate) fn login(shop: &Client<Shop>, style: PathStyle, username: &str) -> Tokens {
    works(shop.login(&server(style), username, "password", options()))
}
