//! The calls under way, by number.

use core::cell::RefCell;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Waker};
use std::sync::Arc;
use std::task::Wake;

use super::host::Host;

type Driven = Pin<Box<dyn Future<Output = ()>>>;

struct Task {
    host: Host,
    /// `None` while it is being polled.
    future: Option<Driven>,
}

thread_local! {
    static TASKS: RefCell<Vec<Option<Task>>> = const { RefCell::new(Vec::new()) };
}

/// Wakes the task of this number.
struct TaskWaker(u32);

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        let host = with(self.0, |slot| slot.as_ref().map(|task| task.host.clone())).flatten();
        if let Some(host) = host {
            host.wake();
        }
    }
}

fn with<R>(number: u32, use_slot: impl FnOnce(&mut Option<Task>) -> R) -> Option<R> {
    TASKS.with(|tasks| {
        let mut tasks = tasks.try_borrow_mut().ok()?;
        tasks.get_mut(usize::try_from(number).ok()?).map(use_slot)
    })
}

/// Takes a task in; nothing of it runs yet.
pub(super) fn spawn(host: Host, future: Driven) -> u32 {
    let task = Some(Task { host, future: Some(future) });
    TASKS.with(|tasks| {
        let Ok(mut tasks) = tasks.try_borrow_mut() else { return u32::MAX };
        let free = tasks.iter().position(Option::is_none);
        let number = free.unwrap_or(tasks.len());
        match tasks.get_mut(number) {
            Some(slot) => *slot = task,
            None => tasks.push(task),
        }
        u32::try_from(number).unwrap_or(u32::MAX)
    })
}

/// Polls a task. The caller's own functions run within, and may start and poll other tasks.
pub(super) fn poll(number: u32) {
    let Some(mut future) = with(number, |slot| slot.as_mut().and_then(|task| task.future.take())).flatten() else {
        return;
    };
    let waker = Waker::from(Arc::new(TaskWaker(number)));
    if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
        with(number, Option::take);
    } else {
        with(number, |slot| {
            if let Some(task) = slot {
                task.future = Some(future);
            }
        });
    }
}
