//! A response body that can stop in the middle.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use earnkit_sandbox::Delivery;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::Sleep;

use super::connection::InFlight;

/// The piece size of a streamed body.
const PIECE_BYTES: usize = 64 * 1024;
/// Time for the bytes before the cut to leave the machine: hyper throws away what it has buffered when a body fails.
const BEFORE_CUT: Duration = Duration::from_millis(30);

/// The bytes that reach the client, and what comes after them.
pub(super) struct CutBody {
    left: Bytes,
    announced: Option<u64>,
    end: End,
    /// Goes with the body: it notes when the answer is over.
    _in_flight: Option<InFlight>,
}

enum End {
    Regular,
    Stall,
    Cut(Option<Pin<Box<Sleep>>>),
}

/// Makes hyper close the connection.
#[derive(Debug)]
pub(super) struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("closed on purpose")
    }
}

impl std::error::Error for Closed {}

impl CutBody {
    pub(super) fn new(body: Vec<u8>, delivery: Delivery, in_flight: Option<InFlight>) -> Self {
        let announced = u64::try_from(body.len()).ok();
        let mut left = Bytes::from(body);
        let (announced, end) = match delivery {
            Delivery::Streamed => (None, End::Regular),
            Delivery::StallBody { bytes } => {
                left.truncate(bytes);
                (announced, End::Stall)
            }
            Delivery::Truncate { bytes } => {
                left.truncate(bytes);
                (announced, End::Cut(None))
            }
            Delivery::Whole | Delivery::Drop | Delivery::StallHeaders => (announced, End::Regular),
        };
        Self { left, announced, end, _in_flight: in_flight }
    }
}

impl Body for CutBody {
    type Data = Bytes;
    type Error = Closed;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Closed>>> {
        if !self.left.is_empty() {
            let length = self.left.len().min(PIECE_BYTES);
            let piece = self.left.split_to(length);
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        match &mut self.end {
            End::Regular => Poll::Ready(None),
            End::Stall => Poll::Pending,
            End::Cut(sleep) => {
                let sleep = sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(BEFORE_CUT)));
                sleep.as_mut().poll(cx).map(|()| Some(Err(Closed)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && matches!(self.end, End::Regular)
    }

    fn size_hint(&self) -> SizeHint {
        self.announced.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
