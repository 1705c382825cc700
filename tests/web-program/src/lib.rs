//! A Rust program on the web, as a store writes one: the typed calls over `fetch`. A test calls it from JavaScript.

#![cfg(target_arch = "wasm32")]

use earnkit::open_loyalty_types::{OpenLoyalty, OpenLoyaltyServer, PathStyle};
use earnkit::{CallOptions, Client, Error, Fetch, TokenFailure, TokenReason};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;
use web_sys::js_sys::{Function, Promise};

/// What a call is made with.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Shop {
    base_url: String,
    token: Function,
    signal: Option<AbortSignal>,
    options: CallOptions,
}

#[derive(Serialize)]
struct Failed<'a> {
    code: &'a str,
    outcome: &'a str,
    attempts: u32,
    status: Option<u16>,
    message: String,
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}

fn thrown(error: &Error) -> JsValue {
    let failed = Failed {
        code: error.code().as_str(),
        outcome: error.outcome().as_str(),
        attempts: error.attempts(),
        status: error.status(),
        message: error.to_string(),
    };
    to_js(&failed).unwrap_or_else(|error| error)
}

/// The names of the ways to earn. README.md shows it.
async fn rule_names(open_loyalty: &OpenLoyalty, fetch: Fetch, options: CallOptions) -> Result<Vec<String>, Error> {
    let client = Client::new(fetch);
    let rules = client.list_earning_rules(open_loyalty, options).await?;
    Ok(rules.earning_rules.into_iter().map(|rule| rule.name).collect())
}

async fn ask(token: Function, reason: TokenReason) -> Result<Option<String>, TokenFailure> {
    let reason = if reason == TokenReason::Expired { "expired" } else { "initial" };
    let promise = token.call1(&JsValue::NULL, &reason.into()).map_err(|_| TokenFailure::Failed)?;
    let promise: Promise = promise.dyn_into().map_err(|_| TokenFailure::Failed)?;
    Ok(JsFuture::from(promise).await.map_err(|_| TokenFailure::Failed)?.as_string())
}

#[wasm_bindgen]
impl Shop {
    /// A shop whose customers are signed in by `token(reason)`, which gives a promise of a token or of nothing.
    #[wasm_bindgen(constructor)]
    pub fn new(base_url: String, token: Function) -> Self {
        Self { base_url, token, signal: None, options: CallOptions::default() }
    }

    /// Sets what ends calls early.
    #[wasm_bindgen(js_name = limit)]
    pub fn limit(&mut self, signal: Option<AbortSignal>, timeout_ms: Option<f64>, max_response_bytes: Option<f64>) {
        self.signal = signal;
        self.options = CallOptions { timeout_ms, max_response_bytes, ..CallOptions::default() };
    }

    fn fetch(&self) -> Fetch {
        let token = self.token.clone();
        let fetch = Fetch::new().with_token(move |reason| ask(token.clone(), reason));
        match &self.signal {
            Some(signal) => fetch.with_signal(signal.clone()),
            None => fetch,
        }
    }

    fn server(&self) -> OpenLoyalty {
        let server =
            OpenLoyaltyServer { base_url: self.base_url.clone(), store_code: None, path_style: PathStyle::Store };
        OpenLoyalty { server, token: None }
    }

    /// The names of the ways to earn.
    #[wasm_bindgen(js_name = ruleNames)]
    pub async fn rule_names(&self) -> Result<JsValue, JsValue> {
        let names = rule_names(&self.server(), self.fetch(), self.options).await;
        to_js(&names.map_err(|error| thrown(&error))?)
    }

    /// Reports an event; the points that it was awarded.
    #[wasm_bindgen(js_name = triggerEvent)]
    pub async fn trigger_event(&self, event_name: String) -> Result<f64, JsValue> {
        let points = Client::new(self.fetch()).trigger_event(&self.server(), &event_name, self.options).await;
        Ok(points.map_err(|error| thrown(&error))?.points)
    }
}
