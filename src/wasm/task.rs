//! The calls under way, by number.

use core::cell::RefCell;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Waker};
use std::rc::Rc;

use super::desk::{Answer, Desk};

struct Task {
    desk: Rc<Desk>,
    future: Pin<Box<dyn Future<Output = ()>>>,
}

thread_local! {
    static TASKS: RefCell<Vec<Option<Task>>> = const { RefCell::new(Vec::new()) };
}

/// Takes a task in; nothing of it runs yet.
pub(super) fn add(desk: Rc<Desk>, future: Pin<Box<dyn Future<Output = ()>>>) -> u32 {
    TASKS.with_borrow_mut(|tasks| {
        let task = Some(Task { desk, future });
        let free = tasks.iter().position(Option::is_none).unwrap_or(tasks.len());
        match tasks.get_mut(free) {
            Some(slot) => *slot = task,
            None => tasks.push(task),
        }
        u32::try_from(free).unwrap_or(u32::MAX)
    })
}

/// Drives a task on until it waits for the next answer or has ended, and gives what it says.
pub(super) fn resume(number: u32, now_ms: f64, is_aborted: bool, answer: Answer) -> String {
    TASKS.with_borrow_mut(|tasks| {
        let Some(slot) = tasks.get_mut(number as usize) else { return String::new() };
        let Some(Task { desk, future }) = slot else { return String::new() };
        desk.now_ms.set(now_ms);
        desk.is_aborted.set(is_aborted);
        desk.put(answer);
        // The facade knows when to come back.
        let has_ended = future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        let said = desk.take_said();
        if has_ended {
            *slot = None;
        }
        said
    })
}
