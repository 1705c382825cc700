//! Every way in which requests with one key, a loyalty server and crashes can fall on each other.
//!
//! The model keeps the four promises of [`super`] and leaves everything else open. It walks through
//! all states that can be reached, and holds each against what a customer is owed. That it can tell
//! is shown by machines with one mistake each, in which it must find fault: `mistakes.rs`.

mod mistakes;

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use serde_json::json;

use super::{Award, Claim, Event, LEASE_MS, Reply, Row, State, Step, Verdict, join, still_at_work};
use crate::gateway::failure::Failure;

/// A machine: how an award goes on. The real one is [`Award::next`].
type Machine = fn(Award, Event, u64) -> (Award, Step);

/// What a request is doing.
#[derive(Clone, Debug, Hash)]
#[expect(clippy::large_enum_variant, reason = "a few of them at a time")]
enum At {
    Outside,
    /// This step comes next; the second is the row that was last read or written.
    Step(Award, Step, Option<Row>),
    /// The loyalty server has the call, or will have it.
    Calling(Award, Option<Row>),
    /// Waits for the request that is at work in the same process.
    Waiting(usize),
    Told(Verdict),
    /// The process is gone; the caller knows nothing.
    Lost,
}

#[derive(Clone, Debug, Hash)]
struct Request {
    fingerprint: &'static str,
    process: usize,
    token_is_fresh: bool,
    at: At,
}

/// What a call can be on its way to the server, whatever becomes of who sent it.
#[derive(Clone, Debug, PartialEq, Hash)]
struct Call {
    from: usize,
    token_is_fresh: bool,
}

#[derive(Clone, Debug, Hash)]
struct World {
    exclusive: bool,
    row: Option<Row>,
    requests: Vec<Request>,
    /// Calls that the server has not looked at so far.
    under_way: Vec<Call>,
    bookings: Vec<&'static str>,
    nonces: u32,
    crashes_left: u32,
    /// The clock jumps once, past the lease.
    now_ms: u64,
    /// Whether somebody was told for good that nothing was booked.
    denied: bool,
}

const MOST_STATES: usize = 3_000_000;

impl World {
    fn new(exclusive: bool, fingerprints: &[&'static str], crashes_left: u32, fresh: bool) -> Self {
        let requests = fingerprints.iter().enumerate().map(|(n, fingerprint)| Request {
            fingerprint,
            process: if exclusive { 0 } else { n % 2 },
            token_is_fresh: fresh,
            at: At::Outside,
        });
        Self {
            exclusive,
            row: None,
            requests: requests.collect(),
            under_way: Vec::new(),
            bookings: Vec::new(),
            nonces: 0,
            crashes_left,
            now_ms: 0,
            denied: false,
        }
    }

    fn at_work(&self, process: usize) -> Option<usize> {
        self.requests
            .iter()
            .position(|request| request.process == process && matches!(request.at, At::Step(..) | At::Calling(..)))
    }

    /// All states that come next.
    fn successors(&self, machine: Machine) -> Vec<Self> {
        let mut next = Vec::new();
        let mut add = |change: &dyn Fn(&mut Self)| {
            let mut world = self.clone();
            change(&mut world);
            next.push(world);
        };
        for n in 0..self.requests.len() {
            match &self.requests[n].at {
                At::Outside => add(&|world| world.arrive(n)),
                At::Step(_, step, _) => {
                    let choices = match step {
                        Step::Settle { .. } => 4,
                        Step::Admit => 2,
                        _ => 1,
                    };
                    for choice in 0..choices {
                        add(&|world| world.go_on(n, choice, machine));
                    }
                }
                // The connection breaks: the call may still arrive, or never does.
                At::Calling(..) => {
                    add(&|world| world.hear(n, Failure::new("network", "unknown"), machine));
                    add(&|world| {
                        world.under_way.retain(|call| call.from != n);
                        world.hear(n, Failure::new("network", "unknown"), machine);
                    });
                }
                At::Waiting(leader) => {
                    match &self.requests[*leader].at {
                        At::Told(verdict) => add(&|world| world.tell(n, verdict.clone())),
                        At::Lost => add(&|world| world.requests[n].at = At::Lost),
                        _ => {}
                    }
                    add(&|world| world.tell(n, still_at_work()));
                }
                At::Told(_) | At::Lost => {}
            }
        }
        for call in &self.under_way {
            for answer in 0..5 {
                add(&|world| world.serve(call, answer, machine));
            }
        }
        if self.crashes_left > 0 {
            for process in 0..=usize::from(!self.exclusive) {
                add(&|world| world.crash(process));
            }
        }
        if !self.exclusive && self.now_ms == 0 {
            add(&|world| world.now_ms = 2 * LEASE_MS);
        }
        next
    }

    fn arrive(&mut self, n: usize) {
        let Request { fingerprint, process, .. } = self.requests[n];
        if let Some(leader) = self.at_work(process) {
            let verdict = join(self.requests[leader].fingerprint, fingerprint);
            self.requests[n].at = verdict.map_or(At::Waiting(leader), At::Told);
            return;
        }
        self.nonces += 1;
        let (award, step) = Award::begin(Claim {
            fingerprint: fingerprint.to_owned(),
            nonce: self.nonces.to_string(),
            operation: "triggerEvent".to_owned(),
            event_name: Some("facebook_like".to_owned()),
            user_id: None,
            customer_id: None,
            exclusive: self.exclusive,
            can_settle: true,
            only_look: false,
        });
        self.requests[n].at = At::Step(award, step, None);
    }

    /// Performs a step. `choice` is for those that can end in more than one way.
    fn go_on(&mut self, n: usize, choice: usize, machine: Machine) {
        let At::Step(award, step, mut seen) = self.requests[n].at.clone() else { return };
        let event = match step {
            Step::Read => {
                seen = self.row.clone();
                Event::Read { row: seen.clone() }
            }
            Step::Admit => Event::Admitted { retry_after_ms: (choice == 1).then_some(1) },
            Step::Swap { to } => {
                let swapped = self.row == seen;
                if swapped {
                    self.row.clone_from(&to);
                    seen = to;
                }
                Event::Swapped { swapped }
            }
            Step::Send => unreachable!("made in the turn that asks for it"),
            Step::Settle { .. } => {
                // They tell only after a while, or that it is booked, and never what is not so.
                let booked = json!({ "points": 10 });
                let is_over = self.under_way.is_empty();
                let rules = (choice == 3).then(|| vec!["like".to_owned()]);
                let reply = match choice {
                    1 if !self.bookings.is_empty() => Some(Reply::Result(booked)),
                    2 if self.bookings.is_empty() && is_over => Some(Reply::Error(Failure::not_applied("network"))),
                    _ => None,
                };
                Event::Settled { reply, rules }
            }
            Step::Done { verdict } => return self.tell(n, verdict),
        };
        let (award, step) = machine(award, event, self.now_ms);
        self.requests[n].at = if step == Step::Send {
            self.under_way.push(Call { from: n, token_is_fresh: self.requests[n].token_is_fresh });
            At::Calling(award, seen)
        } else {
            At::Step(award, step, seen)
        };
    }

    fn hear(&mut self, n: usize, failure: Failure, machine: Machine) {
        self.reply(n, Reply::Error(failure), machine);
    }

    fn reply(&mut self, n: usize, reply: Reply, machine: Machine) {
        let At::Calling(award, seen) = self.requests[n].at.clone() else { return };
        let (award, step) = machine(award, Event::Replied { reply }, self.now_ms);
        self.requests[n].at = At::Step(award, step, seen);
    }

    /// The server deals with a call, whether or not anybody still waits for it.
    fn serve(&mut self, call: &Call, answer: usize, machine: Machine) {
        self.under_way.retain(|other| other != call);
        let n = call.from;
        let fingerprint = self.requests[n].fingerprint;
        if !call.token_is_fresh {
            return self.hear(n, Failure::not_applied("unauthorized"), machine);
        }
        if answer < 3 {
            self.bookings.push(fingerprint);
        }
        match answer {
            0 => self.reply(n, Reply::Result(json!({ "points": 10 })), machine),
            // Booked, and the answer is a 500, or unusable.
            1 => self.hear(n, Failure::new("server_error", "unknown"), machine),
            2 => self.hear(n, Failure::new("invalid_response", "applied"), machine),
            3 => self.hear(n, Failure::not_applied("limit_exceeded"), machine),
            _ => self.hear(n, Failure::not_applied("rate_limited"), machine),
        }
    }

    fn tell(&mut self, n: usize, verdict: Verdict) {
        let unauthorized = matches!(&verdict, Verdict::Refused { failure } if failure.code == "unauthorized");
        if unauthorized && !self.requests[n].token_is_fresh {
            self.requests[n].token_is_fresh = true;
            self.requests[n].at = At::Outside;
            return;
        }
        if let Verdict::Stored { row: Row { state: State::Rejected, .. }, .. } = &verdict {
            self.denied = true;
        }
        self.requests[n].at = At::Told(verdict);
    }

    /// The process stops and starts again; its callers try again.
    fn crash(&mut self, process: usize) {
        self.crashes_left -= 1;
        for request in self.requests.iter_mut().filter(|request| request.process == process) {
            if matches!(request.at, At::Step(..) | At::Calling(..) | At::Waiting(_)) {
                request.at = At::Lost;
            }
        }
        let again: Vec<Request> =
            self.requests.iter().filter(|request| matches!(request.at, At::Lost)).cloned().collect();
        if self.requests.len() < 4 {
            self.requests.extend(again.into_iter().take(1).map(|request| Request { at: At::Outside, ..request }));
        }
    }

    /// What is wrong with this state.
    fn fault(&self) -> Option<&'static str> {
        if self.bookings.len() > 1 {
            return Some("booked twice");
        }
        if self.denied && !self.bookings.is_empty() {
            return Some("booked after it was denied for good");
        }
        for request in &self.requests {
            let At::Told(verdict) = &request.at else { continue };
            match verdict {
                Verdict::Stored { row, .. } if row.fingerprint != request.fingerprint => {
                    return Some("answered with another request's award");
                }
                Verdict::Stored { row: Row { state: State::Applied, .. }, .. } if self.bookings.is_empty() => {
                    return Some("promised without a booking");
                }
                Verdict::Stored { row: Row { state: State::Pending, .. }, .. } | Verdict::Nothing => {
                    return Some("answered without an answer");
                }
                Verdict::Refused { failure } => match failure.code.as_str() {
                    "unauthorized" => return Some("a fresh token did not help"),
                    "internal" if failure.outcome == "unknown" => return Some("a step that cannot be"),
                    _ => {}
                },
                Verdict::Stored { .. } => {}
            }
        }
        let is_over = self.is_quiet() && self.under_way.is_empty();
        let told_finally = self.requests.iter().any(|request| matches!(&request.at, At::Told(Verdict::Stored { .. })));
        if is_over && told_finally && self.row.is_none() {
            return Some("a final answer that is not kept");
        }
        if is_over && !self.bookings.is_empty() && self.row.is_none() {
            return Some("a booking that nobody knows of");
        }
        None
    }

    fn is_quiet(&self) -> bool {
        self.requests.iter().all(|request| matches!(request.at, At::Told(_) | At::Lost))
    }
}

/// Walks through all states; gives the fault that it found, or how many states there are. Faults
/// other than the `wanted` one are walked past.
fn explore(start: World, machine: Machine, wanted: Option<&str>) -> Result<usize, String> {
    let (mut seen, hasher) = (HashSet::new(), BuildHasherDefault::<DefaultHasher>::default());
    let mut open = vec![start];
    while let Some(world) = open.pop() {
        if !seen.insert(hasher.hash_one(&world)) {
            continue;
        }
        if let Some(fault) = world.fault().filter(|fault| wanted.is_none_or(|wanted| wanted == *fault)) {
            return Err(format!("{fault}: {world:#?}"));
        }
        assert!(seen.len() < MOST_STATES, "the model is too large");
        open.extend(world.successors(machine));
    }
    Ok(seen.len())
}

const SAME: &[&str] = &["a", "a"];
const OTHER: &[&str] = &["a", "b"];

/// All starts: one process or two, duplicates or a reused key, fresh tokens or expired ones.
fn starts() -> Vec<World> {
    let mut starts = Vec::new();
    for exclusive in [true, false] {
        for fingerprints in [SAME, OTHER] {
            for fresh in [true, false] {
                // A crash beside everything else would be a million states more.
                let crashes = u32::from(exclusive || fresh);
                starts.push(World::new(exclusive, fingerprints, crashes, fresh));
            }
        }
    }
    starts
}

#[test]
fn no_interleaving_books_twice_or_tells_an_untruth() {
    for start in starts() {
        let states = explore(start, Award::next, None).unwrap_or_else(|fault| panic!("{fault}"));
        assert!(states > 300, "only {states} states: the model does not move");
    }
    explore(World::new(true, &["a", "a", "a"], 1, true), Award::next, None).unwrap_or_else(|fault| panic!("{fault}"));
}
