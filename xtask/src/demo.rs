//! `cargo xtask demo`: the demo page, its worker with the gateway in workerd, and a sandbox behind it.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::{build, npm, process, serve, workspace};

/// The port unless it is taken or another one is asked for.
const DEFAULT_PORT: u16 = 8180;
/// What the demo server prints when it is ready, before its address.
const READY: &str = "demo on ";
/// How long the demo server may take to end workerd.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// Where the demo's server is, with the workerd that it starts.
fn server() -> PathBuf {
    workspace::root().join("www/server")
}

/// Builds the package, starts sandbox and page, and stops both on Ctrl-C.
pub(crate) fn run(port: Option<u16>) -> Result<()> {
    build::run()?;
    build::gallery()?;
    npm::install(&server())?;
    let sandbox = serve::start(serve::Options { port: 0, state: None, quiet: true })?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(page(port.unwrap_or_else(free_port), &sandbox.url));
    sandbox.stop();
    result
}

async fn page(port: u16, sandbox_url: &str) -> Result<()> {
    let mut command = Command::new("node");
    command
        .arg(server().join("server.mjs"))
        .args(["--port", &port.to_string(), "--sandbox", sandbox_url, "--stop-with-input"])
        .arg("--pkg")
        .arg(workspace::package())
        // When it closes, also because this process ends, the server ends workerd and then itself.
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    let mut server = command.spawn().map_err(|error| process::explain(command.as_std(), error))?;
    // Waiting for a child closes the input that it still owns.
    let input = server.stdin.take();
    let output = server.stdout.take().context("the demo server has no output")?;
    let mut lines = BufReader::new(output).lines();
    let url = wait_until_ready(&mut server, &mut lines).await?;
    println!("\n  The demo is on  {url}\n\n  Ctrl-C stops it.\n");
    tokio::select! {
        ended = server.wait() => bail!("the demo server stopped with {}", ended?),
        () = print_all(lines) => bail!("the demo server closed its output"),
        stopped = interrupted() => stopped?,
    }
    drop(input);
    // One that does not end is killed when it is dropped.
    let _ = tokio::time::timeout(STOP_TIMEOUT, server.wait()).await;
    Ok(())
}

async fn wait_until_ready(server: &mut Child, lines: &mut Lines<BufReader<ChildStdout>>) -> Result<String> {
    while let Some(line) = lines.next_line().await? {
        if let Some(url) = line.strip_prefix(READY) {
            return Ok(url.to_owned());
        }
        println!("{line}");
    }
    bail!("the demo server did not start: it stopped with {}", server.wait().await?)
}

async fn print_all(mut lines: Lines<BufReader<ChildStdout>>) {
    while let Ok(Some(line)) = lines.next_line().await {
        println!("{line}");
    }
}

#[cfg(unix)]
async fn interrupted() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupt = tokio::signal::ctrl_c() => Ok(interrupt?),
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn interrupted() -> Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}

/// The default port, so that a reload after a restart finds the page again, or 0 for any other.
fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, DEFAULT_PORT)).map_or(0, |_| DEFAULT_PORT)
}
