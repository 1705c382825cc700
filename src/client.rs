//! The client: calls over a [`Transport`].

use core::future::Future;

use crate::error::{Error, Operation};
use crate::http::Transport;
use crate::running::{Got, Need, Now, Running};

/// The client: seven calls over one [`Transport`].
#[derive(Debug)]
pub struct Client<T> {
    transport: T,
}

impl<T: Transport> Client<T> {
    /// A client over a transport.
    pub const fn new(transport: T) -> Self {
        Self { transport }
    }

    /// The transport.
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    /// Makes a call whose arguments are a JSON text, and gives its result as a canonical JSON text.
    /// This is what the JavaScript boundary uses; from Rust, the typed calls read better.
    ///
    /// `arguments` is `{"<parameter name>": value, ..., "options"?: {...}}`, the parameters being
    /// those of the JavaScript function; beside them `"asks": true` says that the transport has a
    /// token or headers function, `"browser": true` that this runs where visitors can read secrets,
    /// and `"gateway": true` that a gateway stands in place of the server, `"key"` then being random
    /// text that makes an award's key if the options name none.
    ///
    /// # Errors
    /// Whatever goes wrong, with its [`Outcome`](crate::Outcome).
    pub fn call(&self, operation: Operation, arguments: &[u8]) -> impl Future<Output = Result<String, Error>> {
        let running = Running::prepare(operation, arguments);
        async move { run(&self.transport, running?).await }
    }
}

async fn run<T: Transport>(transport: &T, mut running: Running) -> Result<String, Error> {
    let mut got = Got::Start(transport.started_ms());
    loop {
        let now = Now {
            clock_ms: transport.now_ms(),
            unix_time_ms: transport.unix_time_ms(),
            random: transport.random(),
            is_aborted: transport.is_aborted(),
        };
        let need = running.step(got, now);
        if let Some(attempt) = running.take_report() {
            transport.report(attempt);
        }
        got = match need {
            Need::Answer(limits) => Got::Answer(transport.send(running.request(), limits).await),
            Need::Secret(reason, timeout_ms) => Got::Secret(transport.token(reason, timeout_ms).await),
            Need::Pause(delay_ms) => Got::Pause(transport.sleep(delay_ms).await),
            Need::Nothing(result) => return result,
        };
    }
}
