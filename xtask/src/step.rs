//! One line of progress for each long step: what is done, and how long it took.

use std::io::{IsTerminal, Write, stdout};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::{Duration, Instant};

use anyhow::Result;

/// Runs `work` under a line that names it and ends with the seconds it took.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let ticker = Ticker::start(name);
    let result = work();
    ticker.stop();
    let end = if stdout().is_terminal() { "\r" } else { "" };
    let failed = if result.is_ok() { "" } else { "  failed" };
    let seconds = started.elapsed().as_secs_f64();
    println!("{end}  {name:<52} {seconds:>7.1} s{failed}");
    result
}

/// Counts the seconds on a terminal, so that a minute of compiling does not look like a hang.
struct Ticker(Option<(Sender<()>, JoinHandle<()>)>);

impl Ticker {
    fn start(name: &str) -> Self {
        if !stdout().is_terminal() {
            return Self(None);
        }
        let (stop, stopped) = channel();
        let name = name.to_owned();
        let thread = spawn(move || {
            let mut seconds = 0;
            loop {
                print!("\r  {name:<52} {seconds:>5} s");
                let _ = stdout().flush();
                match stopped.recv_timeout(Duration::from_secs(1)) {
                    Err(RecvTimeoutError::Timeout) => seconds += 1,
                    _ => return,
                }
            }
        });
        Self(Some((stop, thread)))
    }

    fn stop(self) {
        if let Some((stop, thread)) = self.0 {
            let _ = stop.send(());
            let _ = thread.join();
        }
    }
}
