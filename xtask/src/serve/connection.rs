//! One TCP connection: hyper speaks HTTP, the sandbox decides.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use earnkit_sandbox::{Delivery, Reply, Request, Response};
use http_body_util::{BodyExt, Limited};
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpStream;

use super::body::{Closed, CutBody};
use super::store::Store;

/// Longer request bodies are refused; none of the two servers needs one.
const MAX_REQUEST_BYTES: usize = 16 * 1024 * 1024;

/// The sandbox, shared by all connections.
#[derive(Debug)]
pub(super) struct Server {
    store: Mutex<Store>,
    prints: bool,
}

impl Server {
    pub(super) fn new(store: Store, prints: bool) -> Self {
        Self { store: Mutex::new(store), prints }
    }

    /// The state is replaced as a whole or not at all, so a panic elsewhere leaves nothing half-done.
    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request on its way. It is over when this is dropped: after the last byte, or when the client has gone.
pub(super) struct InFlight {
    server: Arc<Server>,
    arrived: Instant,
    line: String,
    sequence: Option<u64>,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let duration_ms = u64::try_from(self.arrived.elapsed().as_millis()).unwrap_or(u64::MAX);
        if let Some(sequence) = self.sequence {
            self.server.store().finish(sequence, duration_ms);
        }
        if self.server.prints {
            print_line(&format!("{} {duration_ms} ms", self.line));
        }
    }
}

/// Serves one connection in a task of its own.
pub(super) fn serve(stream: TcpStream, server: Arc<Server>, connections: &GracefulShutdown) {
    // Without it, the kernel may hold back the end of a short answer for 40 ms.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(request, Arc::clone(&server)));
    let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        // It fails by design when a fault closes it, and otherwise when the client has gone.
        let _ = connection.await;
    });
}

async fn answer(request: hyper::Request<Incoming>, server: Arc<Server>) -> Result<hyper::Response<CutBody>, Closed> {
    let arrived = Instant::now();
    let request = read(request).await?;
    let handled = server.store().handle(&request);
    let reply = match handled {
        Ok(reply) => reply,
        Err(error) => {
            eprintln!("error: {error:#}");
            let response = Response::new(500, "text/plain", "The sandbox can't keep its state.\n");
            return Ok(respond(response, Delivery::Whole, None));
        }
    };
    let in_flight = InFlight { arrived, line: describe(&request, &reply), sequence: reply.sequence, server };
    if reply.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(reply.delay_ms)).await;
    }
    match reply.delivery {
        Delivery::Drop => Err(Closed),
        Delivery::StallHeaders => std::future::pending().await,
        delivery => Ok(respond(reply.response, delivery, Some(in_flight))),
    }
}

async fn read(request: hyper::Request<Incoming>) -> Result<Request, Closed> {
    let (head, body) = request.into_parts();
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let mut read = Request::new(head.method.as_str(), target);
    for (name, value) in &head.headers {
        read = read.header(name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
    }
    let body = Limited::new(body, MAX_REQUEST_BYTES).collect().await;
    read.body = body.map_err(|_| Closed)?.to_bytes().to_vec();
    Ok(read)
}

fn respond(response: Response, delivery: Delivery, in_flight: Option<InFlight>) -> hyper::Response<CutBody> {
    let mut message = hyper::Response::new(CutBody::new(response.body, delivery, in_flight));
    *message.status_mut() = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &response.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            message.headers_mut().append(name, value);
        }
    }
    message
}

/// A request and its answer in a line, but for the time that it took. The query may hold a secret.
fn describe(request: &Request, reply: &Reply) -> String {
    let status = if reply.delivery.sends_status() { reply.response.status.to_string() } else { "-".to_owned() };
    let fault = reply.fault.as_ref().map(|fault| format!(" ({fault})")).unwrap_or_default();
    format!("{} {} {status}{fault}", request.method, request.path())
}

/// Prints a line, even when nobody reads it any more.
pub(super) fn print_line(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}
