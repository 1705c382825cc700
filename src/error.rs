//! What can go wrong, and whether the award happened all the same.

use core::fmt;

use crate::scan::{Fault, Reason, push_integer, push_quoted};

macro_rules! names {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$about:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$about])* $variant,)+ }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name that JavaScript sees.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

names! {
    /// The calls of this crate.
    pub enum Operation {
        /// koomalooma `POST /users`.
        CreateUser = "createUser",
        /// koomalooma `POST /users/{user_id}/commitments`.
        AssignPoints = "assignPoints",
        /// Open Loyalty `GET customer/earningRule`.
        ListEarningRules = "listEarningRules",
        /// Open Loyalty `POST customer/earningRule/{eventName}`.
        TriggerEvent = "triggerEvent",
        /// Open Loyalty `GET customer/{id}/status`.
        GetCustomerStatus = "getCustomerStatus",
        /// Open Loyalty `POST customer/login_check`.
        Login = "login",
        /// Open Loyalty `POST token/refresh`.
        RefreshTokens = "refreshTokens",
    }
}

impl Operation {
    /// Whether sending the call twice could do something twice. A login or a refresh may fire a
    /// login rule on the server.
    #[must_use]
    pub const fn is_award(self) -> bool {
        !matches!(self, Self::ListEarningRules | Self::GetCustomerStatus)
    }
}

names! {
    /// What went wrong.
    pub enum Code {
        /// An argument or the configuration is not usable; nothing was sent.
        InvalidInput = "invalid_input",
        /// The WebAssembly could not be loaded.
        LoadFailed = "load_failed",
        /// The store's token function failed.
        TokenFailed = "token_failed",
        /// 401, or there is no token.
        Unauthorized = "unauthorized",
        /// 403.
        Forbidden = "forbidden",
        /// 404.
        NotFound = "not_found",
        /// The server has no such event for this customer now.
        EventUnavailable = "event_unavailable",
        /// The customer has used up the rule's limit.
        LimitExceeded = "limit_exceeded",
        /// The server refused for another reason.
        Rejected = "rejected",
        /// No complete answer in time, or 408.
        Timeout = "timeout",
        /// 409.
        Conflict = "conflict",
        /// 429.
        RateLimited = "rate_limited",
        /// 5xx.
        ServerError = "server_error",
        /// The server sent the request elsewhere; redirects are never followed.
        Redirected = "redirected",
        /// The connection failed.
        Network = "network",
        /// The caller's signal ended the call.
        Aborted = "aborted",
        /// The answer breaks the contract.
        InvalidResponse = "invalid_response",
        /// From a gateway: the same award is still under way.
        InProgress = "in_progress",
        /// From a gateway: the idempotency key belongs to another request.
        KeyReused = "key_reused",
        /// From a gateway: its own set-up is wrong.
        Misconfigured = "misconfigured",
        /// A defect of this library.
        Internal = "internal",
    }
}

names! {
    /// Whether the server did what it was asked to.
    pub enum Outcome {
        /// It certainly did nothing.
        NotApplied = "not_applied",
        /// It certainly did it; only the answer is unusable.
        Applied = "applied",
        /// It may have.
        Unknown = "unknown",
    }
}

/// A failed call. Nothing secret is in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Details>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    code: Code,
    outcome: Outcome,
    operation: Operation,
    attempts: u32,
    status: Option<u16>,
    retry_after_ms: Option<u64>,
    field: Option<String>,
    server_message: Option<String>,
    idempotency_key: Option<String>,
    /// A gateway's last word: sending the same again brings the same.
    is_final: bool,
    /// Completes "<field> must be ..." or says what else to do.
    advice: Option<String>,
    /// The name and code of a failed connection's error.
    network: Option<String>,
}

impl Error {
    pub(crate) fn new(operation: Operation, code: Code, outcome: Outcome) -> Self {
        Self(Box::new(Details {
            code,
            outcome: if operation.is_award() { outcome } else { Outcome::NotApplied },
            operation,
            attempts: 0,
            status: None,
            retry_after_ms: None,
            field: None,
            server_message: None,
            idempotency_key: None,
            is_final: false,
            advice: None,
            network: None,
        }))
    }

    /// An argument that is not usable: `field` must be `advice`.
    pub(crate) fn invalid_input(operation: Operation, field: impl Into<String>, advice: impl Into<String>) -> Self {
        let mut error = Self::new(operation, Code::InvalidInput, Outcome::NotApplied);
        error.0.field = Some(field.into());
        error.0.advice = Some(advice.into());
        error
    }

    /// An argument that the scanner refused.
    pub(crate) fn input_fault(operation: Operation, fault: &Fault) -> Self {
        let advice = fault.advice();
        Self::invalid_input(operation, fault.path(), advice)
    }

    pub(crate) fn with_fault(mut self, fault: &Fault) -> Self {
        let advice = fault.advice();
        self.0.field = Some(fault.path().to_owned()).filter(|path| !path.is_empty());
        self.0.advice = Some(if self.0.field.is_some() { advice } else { ["The answer must be ", &advice].concat() });
        self
    }

    pub(crate) fn with_advice(mut self, advice: &str) -> Self {
        self.0.advice = Some(advice.to_owned());
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_status(mut self, status: Option<u16>) -> Self {
        self.0.status = status;
        self
    }

    pub(crate) fn with_retry_after_ms(mut self, retry_after_ms: Option<u64>) -> Self {
        self.0.retry_after_ms = retry_after_ms;
        self
    }

    pub(crate) fn with_server_message(mut self, message: Option<String>) -> Self {
        self.0.server_message = message;
        self
    }

    pub(crate) fn with_field(mut self, field: Option<String>) -> Self {
        self.0.field = field;
        self
    }

    pub(crate) fn with_final(mut self, is_final: bool) -> Self {
        self.0.is_final = is_final;
        self
    }

    pub(crate) fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.0.outcome = outcome;
        self
    }

    pub(crate) fn with_idempotency_key(mut self, key: Option<String>) -> Self {
        self.0.idempotency_key = key;
        self
    }

    pub(crate) fn is_final(&self) -> bool {
        self.0.is_final
    }

    pub(crate) fn with_network(mut self, network: Option<String>) -> Self {
        self.0.network = network;
        self
    }

    /// The error as a JSON text with the fields of JavaScript's `LoyaltyError`, and `advice` and
    /// `network`, of which its message and cause are made.
    ///
    /// By hand: `serde_wasm_bindgen` would add 3 KB of brotli to every page for this one object.
    #[cfg_attr(
        not(all(target_arch = "wasm32", feature = "package")),
        allow(dead_code, reason = "Rust code has the accessors")
    )]
    pub(crate) fn to_json(&self) -> String {
        let details = &*self.0;
        let mut json = "{\"attempts\":".to_owned();
        push_integer(&mut json, u64::from(details.attempts));
        let numbers = [("status", details.status.map(u64::from)), ("retryAfterMs", details.retry_after_ms)];
        for (name, number) in numbers {
            if let Some(number) = number {
                push_key(&mut json, name);
                push_integer(&mut json, number);
            }
        }
        let texts = [
            ("code", Some(details.code.as_str())),
            ("outcome", Some(details.outcome.as_str())),
            ("operation", Some(details.operation.as_str())),
            ("field", details.field.as_deref()),
            ("serverMessage", details.server_message.as_deref()),
            ("idempotencyKey", details.idempotency_key.as_deref()),
            ("advice", details.advice.as_deref()),
            ("network", details.network.as_deref()),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                push_key(&mut json, name);
                push_quoted(&mut json, text);
            }
        }
        json.push('}');
        json
    }

    /// What went wrong.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Whether the server did what it was asked to. For reads always [`Outcome::NotApplied`].
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The call that failed.
    pub fn operation(&self) -> Operation {
        self.0.operation
    }

    /// How many requests were sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The HTTP status of the last answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// How long the server asked to wait, in milliseconds.
    pub fn retry_after_ms(&self) -> Option<u64> {
        self.0.retry_after_ms
    }

    /// The argument or the part of the answer that is wrong, such as `earningRules[3].earningRuleId`.
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// The key under which an award went through a gateway: under the same one it can be sent again.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.0.idempotency_key.as_deref()
    }

    /// The server's own words, at most 200 characters, secrets replaced.
    pub fn server_message(&self) -> Option<&str> {
        self.0.server_message.as_deref()
    }
}

fn push_key(json: &mut String, name: &str) {
    json.push_str(",\"");
    json.push_str(name);
    json.push_str("\":");
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { operation, code, outcome, .. } = &*self.0;
        write!(f, "{operation}: {code} ({outcome})")?;
        if let Some(status) = self.0.status {
            write!(f, ", status {status}")?;
        }
        match (&self.0.field, &self.0.advice) {
            (Some(field), Some(advice)) => write!(f, ", {field} must be {advice}")?,
            (Some(text), None) | (None, Some(text)) => write!(f, ", {text}")?,
            (None, None) => {}
        }
        if let Some(message) = &self.0.server_message {
            write!(f, ", the server says: {message}")?;
        }
        Ok(())
    }
}

impl core::error::Error for Error {}

impl Fault {
    /// Completes "must be ...".
    pub(crate) fn advice(&self) -> String {
        match self.reason() {
            Reason::Syntax => "valid JSON, at most 127 levels deep".to_owned(),
            Reason::LoneSurrogate => "text without lone surrogates".to_owned(),
            Reason::NotFinite => "a finite number".to_owned(),
            Reason::Missing => "given".to_owned(),
            Reason::Expected(what) => what.to_owned(),
            Reason::TooLong(max) => {
                let mut advice = "at most ".to_owned();
                push_integer(&mut advice, max as u64);
                advice.push_str(" characters long");
                advice
            }
        }
    }
}
