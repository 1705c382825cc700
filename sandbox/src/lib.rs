//! An Open Loyalty and a koomalooma server as one pure state machine.
//!
//! [`Sandbox::handle`] takes a request as data and answers with data: the response, and what is to go wrong while
//! it is delivered. There is no I/O, no clock and no randomness in here, so the same code serves as a transport in
//! native tests, behind a TCP socket and as a `fetch` in JavaScript. The crate shares nothing with the client that
//! it serves to test: their mistakes can't cancel out.
//!
//! ```
//! use earnkit_sandbox::{Options, Request, Sandbox};
//!
//! let now_ms = 1_767_261_600_000;
//! let mut sandbox = Sandbox::new(Options::default(), now_ms);
//! let credentials = serde_json::json!({ "_username": "anna@example.com", "_password": "password" });
//! let login = Request::new("POST", "/api/DEFAULT/customer/login_check").json(&credentials);
//! assert_eq!(sandbox.handle(&login, now_ms).response.status, 200);
//! ```

mod calendar;
mod control;
mod faults;
mod http;
mod ids;
mod koomalooma;
mod ledger;
pub mod open_loyalty;
mod php_json;
mod php_numbers;
mod request_log;
mod seed;
#[cfg(target_arch = "wasm32")]
mod wasm;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::calendar::Period;
pub use self::faults::{Fault, FaultKind};
pub use self::http::{Delivery, Reply, Request, Response};
pub use self::koomalooma::Koomalooma;
pub use self::ledger::{Booking, ConfirmationStatus, Ledger, LedgerEntry, Server};
use self::open_loyalty::{Context, OpenLoyalty};
pub use self::request_log::{LoggedRequest, RequestLog};

use self::faults::Faults;
use self::ids::Ids;

/// The headers that the two vendors document, and no more: a page that sends another one is told.
const ALLOWED_HEADERS: &str = "Accept, Authorization, Content-Type, X-KoomaLooma-JWT";

/// What a sandbox starts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// The same seed gives the same ids and tokens.
    pub seed: u64,
}

/// Both servers, with everything they know.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sandbox {
    /// The Open Loyalty server.
    pub open_loyalty: OpenLoyalty,
    /// The koomalooma server.
    pub koomalooma: Koomalooma,
    ledger: Ledger,
    requests: RequestLog,
    faults: Faults,
    clock_offset_ms: i64,
    ids: Ids,
}

impl Sandbox {
    /// A sandbox with the seeded shop, whose dates are relative to `now_ms` (milliseconds since 1970).
    pub fn new(options: Options, now_ms: i64) -> Self {
        let mut ids = Ids::new(options.seed);
        let now = timestamp(now_ms);
        Self {
            open_loyalty: seed::open_loyalty(&mut ids, now),
            koomalooma: seed::koomalooma(),
            ledger: Ledger::default(),
            requests: RequestLog::default(),
            faults: Faults::default(),
            clock_offset_ms: 0,
            ids,
        }
    }

    /// Everything that was booked. Commitments are as of the last time that the ledger was asked for.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The last requests.
    pub fn requests(&self) -> &RequestLog {
        &self.requests
    }

    /// Adds a fault, as `POST /sandbox/faults` does, after [`Fault::check`].
    pub fn add_fault(&mut self, fault: Fault) {
        self.faults.add(fault);
    }

    /// Back to the seed, with the clock at the real time.
    pub fn reset(&mut self, now_ms: i64) {
        let options = Options { seed: self.ids.seed() };
        *self = Self::new(options, now_ms);
    }

    /// Answers a request that arrives at `now_ms` (milliseconds since 1970).
    pub fn handle(&mut self, request: &Request, now_ms: i64) -> Reply {
        if request.path().starts_with(control::PREFIX) {
            return whole(self.control(request, now_ms));
        }
        if request.method == "OPTIONS" {
            return whole(preflight(request));
        }
        let now = self.now(now_ms);
        let sequence = self.requests.add(now, &request.method, request.path());
        let fault = self.faults.take(request);
        let response = match &fault {
            Some(fault) if !fault.is_applied() => None,
            _ => Some(self.dispatch(request, now)),
        };
        let (response, delivery) = match &fault {
            Some(fault) => fault.act(response),
            None => (response.unwrap_or_default(), Delivery::Whole),
        };
        let name = fault.as_ref().map(|fault| fault.fault.name().to_owned());
        if let Some(logged) = self.requests.get_mut(sequence) {
            logged.status = delivery.sends_status().then_some(response.status);
            logged.fault.clone_from(&name);
        }
        Reply {
            sequence: Some(sequence),
            fault: name,
            delay_ms: fault.and_then(|fault| fault.delay_ms).unwrap_or(0),
            delivery,
            response: with_cors(request, response),
        }
    }

    /// Notes in the request log how long an answer took, once it is over.
    pub fn finish(&mut self, sequence: u64, duration_ms: u64) {
        if let Some(logged) = self.requests.get_mut(sequence) {
            logged.duration_ms = Some(duration_ms);
        }
    }

    fn dispatch(&mut self, request: &Request, now: Timestamp) -> Response {
        let path = request.path();
        if path.starts_with("/api/") {
            let context = Context { now, ids: &mut self.ids, ledger: &mut self.ledger };
            return self.open_loyalty.handle(request, context);
        }
        if path.starts_with(koomalooma::PREFIX) {
            let (ids, ledger) = (&mut self.ids, &mut self.ledger);
            return self.koomalooma.handle(request, now, ids, ledger);
        }
        if path == "/" {
            return Response::new(200, "text/plain; charset=utf-8", seed::WELCOME);
        }
        Response::new(404, "text/plain; charset=utf-8", "No such path.\n")
    }

    /// The time on the sandbox's clock.
    fn now(&self, now_ms: i64) -> Timestamp {
        timestamp(now_ms.saturating_add(self.clock_offset_ms))
    }
}

fn timestamp(now_ms: i64) -> Timestamp {
    Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn whole(response: Response) -> Reply {
    Reply { sequence: None, fault: None, delay_ms: 0, delivery: Delivery::Whole, response }
}

/// What a browser asks before it sends a token from a page of another origin.
fn preflight(request: &Request) -> Response {
    let response = Response::empty(204)
        .header("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE")
        .header("access-control-allow-headers", ALLOWED_HEADERS)
        .header("access-control-max-age", "3600");
    with_cors(request, response)
}

/// Lets pages of every origin read a response, as Open Loyalty's own set-up does.
fn with_cors(request: &Request, response: Response) -> Response {
    let Some(origin) = request.header_value("origin") else {
        return response;
    };
    response
        .header("access-control-allow-origin", origin)
        .header("access-control-expose-headers", "Retry-After")
        .header("vary", "Origin")
}
