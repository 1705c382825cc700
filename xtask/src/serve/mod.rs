//! `cargo xtask serve`: the sandbox on a TCP socket, with the faults that only a socket can have.

mod body;
mod connection;
mod store;
#[cfg(test)]
mod tests;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::sync::oneshot;

use self::connection::Server;
use self::store::Store;

/// The port unless another one is asked for.
pub(crate) const DEFAULT_PORT: u16 = 8181;
/// How long connections may take to finish when the server stops.
const GRACE: Duration = Duration::from_millis(500);

/// How to serve.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// 0: any free one.
    pub(crate) port: u16,
    /// Where to keep the state; `None`: nowhere.
    pub(crate) state: Option<PathBuf>,
    /// Whether to print nothing.
    pub(crate) quiet: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { port: DEFAULT_PORT, state: None, quiet: false }
    }
}

/// A sandbox that is being served, until it is dropped or stopped.
#[derive(Debug)]
pub(crate) struct Running {
    /// `http://127.0.0.1:8181`, without a slash at the end.
    pub(crate) url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Stops accepting, gives open connections a moment, and closes them.
    pub(crate) fn stop(mut self) {
        self.shut_down();
    }

    fn shut_down(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone only when the server has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shut_down();
    }
}

/// Serves until Ctrl-C.
pub(crate) fn run(options: Options) -> Result<()> {
    let quiet = options.quiet;
    let running = start(options)?;
    let announce = async {
        if !quiet {
            connection::print_line(&format!("earnkit sandbox on {}", running.url));
        }
        std::future::pending::<()>().await;
    };
    runtime()?.block_on(async {
        tokio::select! {
            // First, so that Ctrl-C is orderly as soon as the line is there.
            biased;
            result = tokio::signal::ctrl_c() => result.context("can't wait for Ctrl-C"),
            () = announce => Ok(()),
        }
    })?;
    running.stop();
    Ok(())
}

/// Serves in a thread of its own.
pub(crate) fn start(options: Options) -> Result<Running> {
    let listener = bind(options.port)?;
    let url = format!("http://{}", listener.local_addr()?);
    let store = Store::open(options.state)?;
    let server = Arc::new(Server::new(store, !options.quiet));
    let runtime = runtime()?;
    let (stop, stopped) = oneshot::channel();
    let thread = thread::Builder::new().name("sandbox".to_owned()).spawn(move || {
        let result = runtime.block_on(accept(listener, &server, stopped));
        // Tasks that stall on purpose end here.
        runtime.shutdown_background();
        if let Err(error) = result {
            eprintln!("error: the sandbox stopped: {error:#}");
        }
    })?;
    Ok(Running { url, stop: Some(stop), thread: Some(thread) })
}

fn bind(port: u16) -> Result<TcpListener> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match TcpListener::bind(address) {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            bail!("port {port} is in use: choose another one with --port, or 0 for any free one")
        }
        Err(error) => Err(error).with_context(|| format!("can't listen on {address}")),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    Ok(builder.enable_all().build()?)
}

async fn accept(listener: TcpListener, server: &Arc<Server>, mut stopped: oneshot::Receiver<()>) -> Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let connections = GracefulShutdown::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => connection::serve(stream, Arc::clone(server), &connections),
                // Too many open files, or a client that was gone at once: the next one may work.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            _ = &mut stopped => break,
        }
    }
    drop(listener);
    // Whoever does not finish in time is cut off.
    let _ = tokio::time::timeout(GRACE, connections.shutdown()).await;
    server.store().save()
}
