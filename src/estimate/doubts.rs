//! What an estimate rests on.

use super::evaluate::{Fate, Points, Run, Step};
use super::rules::{GROUPS, Kind, MULTIPLIERS, Rule, Rules};

/// The most orders of rules to try.
const MAX_ORDERS: usize = 720;
/// The most lines to walk over in all of these orders: a page waits for the answer while its customer types.
const MAX_LINES: usize = 100_000;

/// Each assumption has a bit.
const CUSTOMER: u8 = 1;
const RULE_ORDER: u8 = 2;
const REWARDS: u8 = 4;
const DELIVERY_SKUS: u8 = 8;

/// What an estimate rests on: nothing if no other customer, order of rules, stock of rewards or
/// list of deliveries could lead to another total.
///
/// A rule that touches a line or stops others is taken to make a difference, whatever the numbers
/// are. Only the orders of rules are tried, as long as they and the lines are few.
pub(super) fn assumptions(
    rules: &Rules,
    run: &mut Run<'_>,
    steps: &[Step],
    last: Option<usize>,
    points: &Points,
) -> u8 {
    let stopped_by = last.and_then(|at| rules.list.get(at));
    // In every order, some rule of the group that stopped stops the later ones.
    let stopped_in = stopped_by.map_or(GROUPS, |rule| rule.kind.group());
    let is_reward = stopped_by.is_some_and(|rule| rule.kind == Kind::InstantReward) && run.rewards.is_none();
    let stops_for_all = !is_reward && stopped_by.is_some_and(|rule| rule.audience.is_certain);
    let has_refunds = run.lines.iter().any(|line| line.gross_value < 0.0);
    let (mut bits, mut adds, mut is_cut_short) = (0, false, false);
    // Those that make a difference, as they run, and the number of orders.
    let (mut order, mut orders) = (Vec::new(), 1_usize);
    for group in 0..GROUPS {
        let mut count = 0;
        for (at, (rule, step)) in rules.list.iter().zip(steps).enumerate() {
            let is_certain = rule.audience.is_certain;
            let applies = step.fate != Fate::NotApplicable;
            if rule.kind.group() != group || !applies && (is_certain || !rules.is_open(rule, run.at_ms, run.pos)) {
                continue;
            }
            let has_run = applies && step.fate != Fate::Stopped;
            let step = if has_run { *step } else { alone(run, at, rule) };
            let counts = step.counts(rule);
            adds |= group != MULTIPLIERS && step.fate == Fate::Applied && rule.value != 0.0;
            if !is_certain && counts && !(stops_for_all && group > stopped_in) {
                bits |= CUSTOMER;
            }
            if is_reward && counts && !has_run {
                bits |= REWARDS;
            }
            // Without what was given back, a rule can reach its minimum, and without the rest miss it.
            let may_change = applies && (step.fate == Fate::Applied || counts && rule.min_order_value > 0.0);
            if rule.excludes_delivery && !run.knows_deliveries && (may_change || has_refunds) {
                bits |= DELIVERY_SKUS;
            }
            if applies && counts && group <= stopped_in {
                order.push((at, rule));
                count += 1;
                orders = orders.saturating_mul(count);
            }
        }
        is_cut_short |= group == stopped_in && count > 1;
    }
    if !adds {
        bits &= !CUSTOMER;
    }
    let is_applicable = |(rule, step): &(&Rule, &Step)| rule.kind.group() < GROUPS && step.fate != Fate::NotApplicable;
    let groups = rules.list.iter().zip(steps).filter(is_applicable).map(|(rule, _)| rule.kind.group());
    let differs = run.compared_as_php_8
        || is_unstable_in_php_7(groups)
        || (points.depends_on_order || is_cut_short)
            && (orders > MAX_ORDERS
                || orders.saturating_mul(run.lines.len()) > MAX_LINES
                || differs_in_some_order(run, &order, 0, &run.start(), points.total()));
    if differs { bits | RULE_ORDER } else { bits }
}

/// What the rule does to a cart without points. What it touches is the same for any points.
fn alone(run: &mut Run<'_>, at: usize, rule: &Rule) -> Step {
    let mut points = run.start();
    run.apply(at, rule, &mut points)
}

/// Whether some order of the rules within their groups leads from `points` to another total. The bits
/// of `done` stand for those that were applied.
#[expect(clippy::float_cmp, reason = "totals are rounded")]
fn differs_in_some_order(run: &mut Run<'_>, order: &[(usize, &Rule)], done: u32, points: &Points, total: f64) -> bool {
    let mut group = None;
    for (bit, (at, rule)) in order.iter().enumerate() {
        if done >> bit & 1 == 1 {
            continue;
        }
        // One of the first group that is not done comes next.
        if *group.get_or_insert(rule.kind.group()) != rule.kind.group() {
            break;
        }
        let mut points = points.clone();
        let step = run.apply(*at, rule, &mut points);
        // Nothing comes after a rule that stops.
        let done = if step.stops(rule) { u32::MAX } else { done | 1 << bit };
        if differs_in_some_order(run, order, done, &points, total) {
            return true;
        }
    }
    group.is_none() && points.total() != total
}

/// Whether PHP 7's `usort` changes the order of equal elements, and so of rules of one group, when
/// it sorts the rules that apply. PHP 8's is stable.
///
/// What decides is in `Zend/zend_sort.c`: up to five elements, only how the first three are sorted;
/// up to sixteen, how one from the seventh on is inserted next to the first; with more, pivots.
fn is_unstable_in_php_7(groups: impl Iterator<Item = usize>) -> bool {
    let (mut count, mut third, mut late) = (0, false, false);
    let (mut least, mut of_least, mut previous) = (usize::MAX, 0, 0);
    for group in groups {
        let joins_first = group == least && of_least == 1;
        third |= count == 2 && joins_first && previous == group;
        late |= count >= 6 && count % 2 == 0 && joins_first;
        if group < least {
            (least, of_least) = (group, 0);
        }
        of_least += u32::from(group == least);
        previous = group;
        count += 1;
    }
    match count {
        0..=5 => third,
        6..=16 => late,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::is_unstable_in_php_7;

    #[test]
    fn php_7_reorders_some_lists_from_three_elements_on() {
        let is_unstable = |groups: &[usize]| is_unstable_in_php_7(groups.iter().copied());
        assert!(is_unstable(&[2, 0, 0]) && is_unstable(&[1, 0, 0, 1, 2]) && !is_unstable(&[1, 0, 0, 0, 0, 0]));
        assert!(!is_unstable(&[1, 0]) && !is_unstable(&[0, 0, 0]));
        assert!(!is_unstable(&[0, 1, 0]) && !is_unstable(&[0, 2, 1, 1, 1]));
        assert!(is_unstable(&[1, 1, 0, 1, 1, 1, 0]) && !is_unstable(&[1, 1, 0, 1, 1, 0, 0]));
        assert!(!is_unstable(&[2, 2, 1, 2, 0, 2, 1]) && is_unstable(&[2, 2, 1, 2, 2, 2, 2, 2, 1]));
        assert!(is_unstable(&[0; 17]) && !is_unstable(&[0; 16]));
    }
}
