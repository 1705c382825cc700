//! What an estimate rests on.

use super::evaluate::{Fate, Points, Run, Step};
use super::rules::{GROUPS, Rule, Rules};

/// The most orders of rules to try.
const MAX_ORDERS: usize = 720;

/// What the rule does to a cart without points. What it touches is the same for any points.
fn alone(run: &mut Run<'_>, at: usize, rule: &Rule) -> Step {
    let mut points = run.start();
    run.apply(at, rule, &mut points)
}

fn stops(rule: &Rule, step: Step) -> bool {
    rule.is_last && step.has_run()
}

/// Whether knowing the customer's level and segments could change the total.
pub(super) fn rests_on_customer(rules: &Rules, run: &mut Run<'_>) -> bool {
    let (mut adds, mut matters) = (false, false);
    if rules.list.iter().all(|rule| rule.audience.is_certain) {
        return false;
    }
    for (at, rule) in rules.list.iter().enumerate() {
        let is_certain = rule.audience.is_certain;
        if rule.kind.group() < GROUPS
            && rules.is_open(rule, run.at_ms(), run.pos())
            && (rule.audience.includes || !is_certain)
        {
            let step = alone(run, at, rule);
            adds |= step.amount != 0.0 && step.fate == Fate::Applied;
            matters |= !is_certain && (step.fate == Fate::Applied || stops(rule, step));
        }
        if adds && matters {
            return true;
        }
    }
    false
}

/// Whether a server could give another total, because it runs rules of one group in another order,
/// or runs on PHP 7.
///
/// The query for the rules has no ORDER BY, so any order within a group is possible. The total is
/// tried in all of them if they are few; if not, it counts as different unless it is certain not to be.
pub(super) fn rests_on_order(
    rules: &Rules,
    run: &mut Run<'_>,
    steps: &[Step],
    stopped_in: usize,
    points: &Points,
) -> bool {
    // Those that do something, as they run.
    let mut order = Vec::new();
    let (mut orders, mut is_cut_short): (usize, bool) = (1, false);
    // In every order, some rule of the group that stopped stops the later ones.
    for group in 0..=stopped_in.min(GROUPS - 1) {
        let mut count = 0;
        for (at, (rule, step)) in rules.list.iter().zip(steps).enumerate() {
            if rule.kind.group() != group || step.fate == Fate::NotApplicable {
                continue;
            }
            let step = if step.fate == Fate::Stopped { alone(run, at, rule) } else { *step };
            if step.fate == Fate::Applied || stops(rule, step) {
                order.push((at, rule));
                count += 1;
                orders = orders.saturating_mul(count);
            }
        }
        is_cut_short = group == stopped_in && count > 1;
    }
    let is_applicable = |(rule, step): &(&Rule, &Step)| rule.kind.group() < GROUPS && step.fate != Fate::NotApplicable;
    let applicable = rules.list.iter().zip(steps).filter(is_applicable);
    run.compared_as_php_8
        || is_unstable_in_php_7(applicable.map(|(rule, _)| rule.kind.group()))
        || (points.depends_on_order || is_cut_short)
            && (orders > MAX_ORDERS || differs_in_some_order(run, &order, 0, &run.start(), points.total()))
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
        let done = if stops(rule, step) { u32::MAX } else { done | 1 << bit };
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
